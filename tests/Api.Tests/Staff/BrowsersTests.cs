using KenshinOtp.Api.Pages.Staff;

namespace KenshinOtp.Api.Tests.Staff;

public sealed class BrowsersTests
{
    [Theory]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36", "Chrome", "Linux")]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0", "Edge", "Windows")]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0", "Firefox", "Windows")]
    [InlineData("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15", "Safari", "macOS")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/141.0.7390.26 Mobile/15E148 Safari/604.1", "Chrome", "iPhone")]
    [InlineData("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36", "Samsung Internet", "Android")]
    [InlineData("Mozilla/5.0 (Android 16; Mobile; rv:143.0) Gecko/143.0 Firefox/143.0", "Firefox", "Android")]
    public void Browser_and_system_are_called_what_people_call_them(string agent, string browser, string system) => Browsers.Find(agent).ShouldBe((browser, system));

    [Theory]
    [InlineData("a browser")]
    [InlineData("")]
    [InlineData("curl/8.5.0")]
    [InlineData("Mozilla/5.0 (PlayStation; PlayStation 5/6.50) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.0 Safari/605.1.15")]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64) SomethingElse/1.0")]
    public void What_is_in_no_table_is_not_guessed(string agent) => Browsers.Find(agent).ShouldBeNull();

    [Fact]
    public void And_is_shown_as_it_begins()
    {
        Browsers.Short("a browser").ShouldBe("a browser");
        Browsers.Short(new string('x', 200)).ShouldBe(new string('x', 60) + "…");
    }
}

using KenshinOtp.Support;

namespace KenshinOtp.Api.Tests;

/// <summary>What every answer tells the browser to forbid, and what the cookies of customers may do.</summary>
public sealed class BrowserGuardTests : CentreTest
{
    [Theory]
    [InlineData("/app/")]
    [InlineData("/app/main.js")]
    [InlineData("/app/nothing.js")]
    [InlineData("/app/v1/time")]
    [InlineData("/k/")]
    [InlineData("/k/k.js")]
    [InlineData("/d/abcdefghijklmnopqrstuv")]
    [InlineData("/p/abcdefghijklmnopqrstuv")]
    [InlineData("/portal/manage")]
    [InlineData("/portal/portal.css")]
    [InlineData("/portal/accent/00594f.css")]
    [InlineData("/staff/login")]
    [InlineData("/api/v1/policy")]
    public async Task No_answer_may_be_framed_guessed_at_or_loaded_with_foreign_parts(string path)
    {
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = Centre.Url };

        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));

        var policy = answer.Headers.GetValues("Content-Security-Policy").ShouldHaveSingleItem();
        policy.ShouldStartWith("default-src 'none'; script-src 'self'; style-src 'self';");
        policy.ShouldContain("frame-ancestors 'none'");
        policy.ShouldNotContain("unsafe");
        policy.ShouldNotContain("*");
        answer.Headers.GetValues("X-Frame-Options").ShouldHaveSingleItem().ShouldBe("DENY");
        answer.Headers.GetValues("X-Content-Type-Options").ShouldHaveSingleItem().ShouldBe("nosniff");
        answer.Headers.GetValues("Referrer-Policy").ShouldHaveSingleItem().ShouldBe("no-referrer");
        answer.Headers.GetValues("Cross-Origin-Opener-Policy").ShouldHaveSingleItem().ShouldBe("same-origin");
        answer.Headers.CacheControl.ShouldNotBeNull();
    }

    [Fact]
    public async Task Scripts_cannot_read_the_cookies_of_customers_and_behind_TLS_they_travel_nowhere_else()
    {
        await using var centre = await Centre.Start(("PublicUrl", "https://otp.example"));
        var cookies = await CookiesOfIssuePage(centre);

        cookies.Keys.ShouldBe(["kotp_af", "kotp_lang", "kotp_portal"], ignoreOrder: true);
        foreach (var (name, cookie) in cookies)
        {
            cookie.ShouldContain("; httponly", customMessage: name);
            cookie.ShouldContain("; secure", customMessage: name);
            cookie.ShouldContain("; samesite=lax", customMessage: name);
        }

        cookies["kotp_portal"].ShouldContain("; path=/portal;");
    }

    [Fact]
    public async Task Without_TLS_the_cookies_of_customers_work_all_the_same()
    {
        var cookies = await CookiesOfIssuePage(Centre);

        cookies.Count.ShouldBe(3);
        cookies.Values.ShouldAllBe(cookie => !cookie.Contains("; secure", StringComparison.Ordinal));
    }

    /// <summary>The Set-Cookie lines by name, in small letters, of a visitor who follows the bank's link, reads English and sees a form.</summary>
    private static async Task<Dictionary<string, string>> CookiesOfIssuePage(Centre centre)
    {
        var bank = await centre.Bank("9009");
        var customer = await bank.Customer();
        var link = await bank.Post(
            "portal-sessions", new { serviceId = customer.ServiceId, userId = customer.UserId, page = "issue", returnUrl = "https://bank.example/" });
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = centre.Url };

        using var opened = await http.GetAsync(new Uri(new Uri(link["url"]!).AbsolutePath + "?lang=en", UriKind.Relative));
        var set = opened.Headers.GetValues("Set-Cookie").ToList();
        http.DefaultRequestHeaders.Add("Cookie", string.Join("; ", set.Select(line => line.Split(';')[0])));
        using var page = await http.GetAsync(new Uri("/portal/issue", UriKind.Relative));
        return set.Concat(page.Headers.GetValues("Set-Cookie")).ToDictionary(line => line.Split('=')[0], line => line.ToLowerInvariant(), StringComparer.Ordinal);
    }
}

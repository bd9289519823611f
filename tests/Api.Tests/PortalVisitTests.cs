using System.Net;
using KenshinOtp.Support;

namespace KenshinOtp.Api.Tests;

/// <summary>A visit to the hosted pages, from the link that opens it to the way back to the bank: for whom its pages act, and what is left of it.</summary>
public sealed class PortalVisitTests : PortalTest
{
    [Fact]
    public async Task A_page_acts_for_whom_it_shows_and_not_for_whom_a_later_link_was_opened()
    {
        await Registered("yamada");
        await Registered("suzuki", "S2000002");
        using var browser = Browser();
        await browser.GetAsync(await Link("yamada"));
        var form = Token().Match(await browser.GetStringAsync(At("suspend"))).Groups["token"].Value;
        await browser.GetAsync(await Link("suzuki", "S2000002"));

        using var refused = await Send(browser, "suspend", form);

        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("あとから別の画面が開かれました");
        (await Status("yamada"), await Status("suzuki", "S2000002")).ShouldBe(("inUse", "inUse"));
        await Post(browser, "suspend"); // the later page goes on
        (await Status("yamada"), await Status("suzuki", "S2000002")).ShouldBe(("inUse", "suspended"));
    }

    [Fact]
    public async Task A_form_outlives_its_session_no_more_than_the_page_does()
    {
        await Registered("yamada");
        using var browser = Browser();
        await browser.GetAsync(await Link("yamada"));
        var page = await browser.GetStringAsync(At("suspend"));
        await browser.GetAsync(WayBack(await browser.GetStringAsync(At("manage"))));

        using var refused = await Send(browser, "suspend", Token().Match(page).Groups["token"].Value);

        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("接続が終了しました");
        (await Status("yamada")).ShouldBe("inUse");
    }

    [Fact]
    public async Task Whoever_goes_back_to_theBank_leaves_no_open_session_behind()
    {
        using var browser = Browser(out var cookies);
        await browser.GetAsync(await Link("yamada"));
        var cookie = cookies.GetCookieHeader(new(Centre.Url, At("manage")));
        cookie.ShouldContain("kotp_portal=");
        var back = WayBack(await browser.GetStringAsync(At("manage")));

        using var left = await browser.GetAsync(back);

        left.Headers.Location!.OriginalString.ShouldBe("https://bank.example/");
        cookies.GetCookieHeader(new(Centre.Url, At("manage"))).ShouldNotContain("kotp_portal=");
        using var kept = new HttpRequestMessage(HttpMethod.Get, new Uri(Centre.Url, At("manage"))) { Headers = { { "Cookie", cookie } } };
        using var stranger = new HttpClient(new HttpClientHandler { UseCookies = false });
        (await stranger.SendAsync(kept)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await browser.GetAsync(back)).Headers.Location!.OriginalString.ShouldBe("https://bank.example/"); // pressed once more
    }

    [Fact]
    public async Task Neither_an_earlier_page_nor_a_made_up_link_ends_the_visit_that_goes_on()
    {
        using var browser = Browser();
        await browser.GetAsync(await Link("yamada"));
        var earlier = WayBack(await browser.GetStringAsync(At("manage")));
        await browser.GetAsync(await Link("suzuki", "S2000002"));

        (await browser.GetAsync(earlier)).Headers.Location!.OriginalString.ShouldBe("https://bank.example/");
        (await browser.GetAsync(At("leave?visit=01900000000070008000000000000000"))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await browser.GetAsync(At("leave"))).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        (await browser.GetStringAsync(At("manage"))).ShouldContain("suzuki");
    }

    [Fact]
    public async Task The_bank_whose_user_logs_out_ends_the_visit_and_a_link_that_was_not_followed_yet()
    {
        var links = new List<Reply>();
        for (var i = 0; i < 3; i++)
            links.Add(await Bank.Post("portal-sessions", new { serviceId = "S1000001", userId = "yamada", page = "manage", returnUrl = "https://bank.example/" }));
        using var browser = Browser();
        await browser.GetAsync(new Uri(links[0]["url"]!));
        using var other = Browser();
        await other.GetAsync(new Uri(links[2]["url"]!));

        (await (await Centre.Bank()).Delete($"portal-sessions/{links[0]["id"]}")).Problem.ShouldBe("portal_session_not_found");
        (await browser.GetAsync(At("manage"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        for (var i = 0; i < 2; i++)
        {
            foreach (var link in links[..2])
                (await Bank.Delete($"portal-sessions/{link["id"]}"))["id"].ShouldBe(link["id"]);
        }

        (await browser.GetAsync(At("manage"))).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        using var late = Browser();
        await late.GetAsync(new Uri(links[1]["url"]!));
        (await late.GetAsync(At("manage"))).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await other.GetAsync(At("manage"))).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Every_page_of_a_session_leads_back_to_theBank_by_way_of_its_end()
    {
        await Registered("yamada");
        using var http = await Visit("yamada");
        var result = await Post(http, "suspend");
        using var missing = await http.GetAsync(At("result?receipt=none"));
        var pages = new[] { result, await http.GetStringAsync(At("manage")), await http.GetStringAsync(At("users")), await missing.Content.ReadAsStringAsync() };

        foreach (var page in pages)
        {
            page.ShouldNotContain("bank.example");
            WayBack(page).ShouldNotBeNull();
        }
    }

    [Fact]
    public async Task The_way_back_leads_to_a_host_with_a_japanese_name_too()
    {
        using var browser = Browser();
        await browser.GetAsync(await Link("yamada", returnUrl: "https://銀行.example/戻る"));

        using var left = await browser.GetAsync(WayBack(await browser.GetStringAsync(At("manage"))));

        left.Headers.Location!.OriginalString.ShouldBe("https://xn--jn2ax2s.example/%E6%88%BB%E3%82%8B");
    }
}

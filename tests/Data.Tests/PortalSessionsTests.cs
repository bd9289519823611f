using KenshinOtp.Audit;
using KenshinOtp.Institutions;
using KenshinOtp.Portal;
using KenshinOtp.Security;

namespace KenshinOtp.Data.Tests;

public sealed class PortalSessionsTests : StoreTest
{
    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_link_opens_one_session_even_when_it_is_followed_many_times_at_once(string engine)
    {
        var (room, link) = await Opened(engine);

        (await room.Get<PortalSessions>().Redeem(BearerCode.Random(16), None)).ShouldBeNull();
        var cookies = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => room.Get<PortalSessions>().Redeem(link, None))));

        var cookie = cookies.Single(cookie => cookie is not null)!.Value;
        var visit = (await room.Get<PortalSessions>().Find(cookie, None)).ShouldNotBeNull();
        (visit.Page, visit.UserId.Value, visit.ReturnUrl.AbsoluteUri).ShouldBe((PortalPage.Manage, "yamada", "https://bank.example/"));
        (await room.Get<SpentLinks>().OfLink(link, None)).ShouldNotBeNull().Used.ShouldBeTrue();
        room.Clock.Advance(PortalSessions.SessionLife);
        (await room.Get<PortalSessions>().Find(cookie, None)).ShouldBeNull();
        (await room.Get<SpentLinks>().OfSession(cookie, None)).ShouldNotBeNull().ReturnUrl.AbsoluteUri.ShouldBe("https://bank.example/");
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_link_that_waited_too_long_opens_nothing_and_is_forgotten_in_the_end(string engine)
    {
        var (room, link) = await Opened(engine);
        room.Clock.Advance(PortalSessions.LinkLife);

        (await room.Get<PortalSessions>().Redeem(link, None)).ShouldBeNull();
        (await room.Get<SpentLinks>().OfLink(link, None)).ShouldNotBeNull().Used.ShouldBeFalse();
        (await room.Change(tx => PortalSessions.DeleteBefore(tx, room.Now - PortalSessions.LinkLife - TimeSpan.FromSeconds(1), 9, None))).ShouldBe(0);
        await Open(room);
        await Open(room);
        (await room.Change(tx => PortalSessions.DeleteBefore(tx, room.Now, 2, None))).ShouldBe(2);
        (await room.Change(tx => PortalSessions.DeleteBefore(tx, room.Now, 2, None))).ShouldBe(1);
        (await room.Get<SpentLinks>().OfLink(link, None)).ShouldBeNull();
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Every_page_can_be_opened(string engine)
    {
        foreach (var page in Enum.GetValues<PortalPage>())
        {
            var (room, link) = await Opened(engine, page);
            var cookie = (await room.Get<PortalSessions>().Redeem(link, None)).ShouldNotBeNull();

            (await room.Get<PortalSessions>().Find(cookie, None)).ShouldNotBeNull().Page.ShouldBe(page);
        }
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_visit_is_ended_by_the_browser_that_made_it_and_the_way_back_stays_known(string engine)
    {
        var (room, link) = await Opened(engine);
        var sessions = room.Get<PortalSessions>();
        var cookie = (await sessions.Redeem(link, None)).ShouldNotBeNull();
        var visit = (await sessions.Find(cookie, None)).ShouldNotBeNull();

        (await sessions.End(visit.SessionId, BearerCode.Random(16), None)).ShouldBeFalse();
        (await sessions.End("nobody's", cookie, None)).ShouldBeFalse();
        (await sessions.Find(cookie, None)).ShouldNotBeNull();
        (await sessions.End(visit.SessionId, cookie, None)).ShouldBeTrue();

        (await sessions.Find(cookie, None)).ShouldBeNull();
        (await sessions.End(visit.SessionId, cookie, None)).ShouldBeFalse();
        (await room.Get<SpentLinks>().OfVisit(visit.SessionId, None)).ShouldNotBeNull().ReturnUrl.AbsoluteUri.ShouldBe("https://bank.example/");
        (await room.Get<SpentLinks>().OfVisit("nobody's", None)).ShouldBeNull();
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_revoked_key_takes_its_links_and_visits_with_it_and_no_others(string engine)
    {
        var (room, link) = await Opened(engine);
        var sessions = room.Get<PortalSessions>();
        var (visit, unopened) = ((await sessions.Redeem(link, None)).ShouldNotBeNull(), await Open(room));
        var other = (await sessions.Redeem(await Open(room, key: "other"), None)).ShouldNotBeNull();

        (await room.Get<ApiKeys>().Revoke((await room.Get<InstitutionDesk>().Find("9001", None)).Value!.Code, "bank", None)).Problem.ShouldBeNull();

        (await sessions.Find(visit, None)).ShouldBeNull();
        (await sessions.Redeem(unopened, None)).ShouldBeNull();
        (await sessions.Find(other, None)).ShouldNotBeNull();
        (await sessions.Redeem(await Open(room, key: "other"), None)).ShouldNotBeNull();
        (await room.Get<SpentLinks>().OfSession(visit, None)).ShouldNotBeNull().ReturnUrl.AbsoluteUri.ShouldBe("https://bank.example/");
    }

    private async Task<(StoreRoom Room, BearerCode Link)> Opened(string engine, PortalPage page = PortalPage.Manage)
    {
        var room = await Open(engine);
        await room.User(await room.Contract(await room.Institution()));
        return (room, await Open(room, page));
    }

    private static async Task<BearerCode> Open(StoreRoom room, PortalPage page = PortalPage.Manage, string key = "bank")
    {
        var institution = (await room.Get<InstitutionDesk>().Find("9001", None)).Value!;
        var keyId = await KeyId(room, institution, key);
        var request = new OpenPortalSession(
            new Caller(institution, Actor.RelyingParty(key, address: null)), keyId, Make.ServiceId("S1000001"), Make.UserId("yamada"), page, new("https://bank.example/"));
        var opened = (await room.Get<PortalSessions>().Open(request, None)).Value!;
        BearerCode.TryParse(new Uri(opened.Url).Segments[^1], out var link).ShouldBeTrue();
        return link;
    }

    private static async Task<string> KeyId(StoreRoom room, Institution institution, string name)
    {
        await room.Get<ApiKeys>().Add(institution.Code, name, None); // refused from the second time on
        return await room.Look(session => session.Find<string>("select id from api_key where name = @Name", new { Name = name }, None)) ?? throw new InvalidOperationException("No such key.");
    }
}

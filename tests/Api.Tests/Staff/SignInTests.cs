using KenshinOtp.Otp;
using KenshinOtp.Results;
using KenshinOtp.Security;
using KenshinOtp.Staff;
using KenshinOtp.Support;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Api.Tests.Staff;

public sealed class SignInTests : StaffTest
{
    private static readonly Workplace Desk1 = new("127.0.0.1", "a browser");

    private StaffSessions Sessions => Centre.Services.GetRequiredService<StaffSessions>();

    private SignIn SignIn => Centre.Services.GetRequiredService<SignIn>();

    [Fact]
    public async Task The_first_log_in_changes_the_password_and_enrolls_a_token()
    {
        var handed = (await Centre.Services.GetRequiredService<StaffAccounts>().Add(
            new("9001", "sato", "佐藤", "001", StaffRole.Teller, Password: null), CancellationToken.None)).Value!;
        var visit = await Visit(await Begin("sato", handed.Password));

        (await SignIn.SecretToEnroll(visit, CancellationToken.None)).ShouldBeNull(); // the password comes first
        (await SignIn.ChangePassword(visit, handed.Password, handed.Password, CancellationToken.None)).Problem!.Kind.ShouldBe(ProblemKind.Invalid);
        (await SignIn.ChangePassword(visit, handed.Password, "kurz", CancellationToken.None)).Problem!.Kind.ShouldBe(ProblemKind.Invalid);
        (await SignIn.ChangePassword(visit, handed.Password, "sato-sato-123", CancellationToken.None)).Problem!.Kind.ShouldBe(ProblemKind.Invalid);
        visit = await Visit((await SignIn.ChangePassword(visit, handed.Password, Clerk.Password, CancellationToken.None)).Value);
        visit.Session.Stage.ShouldBe(SignInStage.Password);
        var secret = (await SignIn.SecretToEnroll(visit, CancellationToken.None))!;
        visit = await Visit(await Again(visit));
        (await SignIn.SecretToEnroll(visit, CancellationToken.None))!.Reveal().ToArray().ShouldBe(secret.Reveal().ToArray()); // a reload shows the same
        var otp = Otp(secret.Reveal().ToArray());

        var full = await SignIn.Prove(visit, otp, CancellationToken.None);

        var enrolled = await Visit(full.Value);
        enrolled.Session.Stage.ShouldBe(SignInStage.Full);
        (await SignIn.SecretToEnroll(enrolled, CancellationToken.None)).ShouldBeNull(); // it is in use
        (await Audit.Actions(Centre)).ShouldSatisfyAllConditions(all => all.ShouldContain("staff.enrolled"), all => all.ShouldNotContain("staff.signedIn"));
        (await Sessions.Find(await Again(visit), CancellationToken.None)).ShouldNotBeNull();
        (await SignIn.Prove(await Visit(await Again(visit)), otp, CancellationToken.None)).Problem!.Code.ShouldBe("sign_in_failed"); // used up
    }

    [Fact]
    public async Task Every_step_has_a_cookie_of_its_own()
    {
        var clerk = await Clerk.Hire(Centre, "9001", "sato", StaffRole.Teller);
        var half = await Begin("sato", Clerk.Password);
        await SignIn.Prove(await Visit(half), Otp(clerk.Secret), CancellationToken.None);

        (await Sessions.Find(half, CancellationToken.None)).ShouldBeNull();
        (await Audit.Actions(Centre))[^1].ShouldBe("staff.signedIn");
    }

    [Fact]
    public async Task Wrong_passwords_make_the_next_ones_wait_and_nothing_tells_what_was_wrong()
    {
        var clerk = await Clerk.Hire(Centre, "9001", "sato", StaffRole.Teller);
        string[] codes =
        [
            (await SignIn.Begin("9001", "nobody", "x", Desk1, CancellationToken.None)).Problem!.Code,
            (await SignIn.Begin("9999", "sato", "x", Desk1, CancellationToken.None)).Problem!.Code,
        ];
        codes.ShouldAllBe(code => code == "sign_in_failed");
        (await Audit.Actions(Centre)).Count(action => action == "staff.signInRefused").ShouldBe(2);
        var open = await Full(clerk);
        await Guess(4);
        await Full(clerk); // a log-in to its end: counting begins anew
        await Guess(4);
        (await SignIn.Begin("9001", "sato", Clerk.Password, Desk1, CancellationToken.None)).Problem.ShouldBeNull();
        await Guess(1);

        (await SignIn.Begin("9001", "sato", Clerk.Password, Desk1, CancellationToken.None)).Problem!.Code.ShouldBe("sign_in_failed");
        await Guess(7); // too early to be counted
        Centre.Clock.Advance(SignIn.Pause - TimeSpan.FromSeconds(1));
        (await SignIn.Begin("9001", "sato", Clerk.Password, Desk1, CancellationToken.None)).Problem!.Code.ShouldBe("sign_in_failed");
        Centre.Clock.Advance(TimeSpan.FromSeconds(1));
        (await SignIn.Begin("9001", "sato", Clerk.Password, Desk1, CancellationToken.None)).Problem.ShouldBeNull();
        (await Sessions.Find(open, CancellationToken.None)).ShouldNotBeNull(); // whoever is at work goes on
        (await Audit.Actions(Centre)).Count(action => action == "staff.signInPaused").ShouldBe(1);
        (await Audit.Actions(Centre)).ShouldNotContain("staff.locked");
    }

    [Fact]
    public async Task Strangers_cannot_use_up_the_tries_of_somebody_who_knows_the_password()
    {
        var clerk = await Clerk.Hire(Centre, "9001", "sato", StaffRole.Teller);
        var visit = await Visit(await Begin("sato", Clerk.Password));
        await Guess(20);

        for (var i = 0; i < 4; i++)
            (await SignIn.Prove(visit, Wrong(clerk), CancellationToken.None)).Problem!.Code.ShouldBe("sign_in_failed");

        (await SignIn.Prove(visit, Otp(clerk.Secret), CancellationToken.None)).Problem.ShouldBeNull();
        (await Audit.Actions(Centre)).Count(action => action == "staff.signInRefused").ShouldBe(24);
    }

    [Fact]
    public async Task Wrong_one_time_passwords_after_the_right_password_lock_until_an_operator_helps()
    {
        var clerk = await Clerk.Hire(Centre, "9001", "sato", StaffRole.Teller);
        var open = await Full(clerk);
        var visit = await Visit(await Begin("sato", Clerk.Password));
        for (var i = 0; i < 5; i++)
            (await SignIn.Prove(visit, Wrong(clerk), CancellationToken.None)).Problem!.Code.ShouldBe("sign_in_failed");

        Centre.Clock.Advance(SignIn.Pause);
        (await SignIn.Begin("9001", "sato", Clerk.Password, Desk1, CancellationToken.None)).Problem!.Code.ShouldBe("sign_in_failed");
        (await Sessions.Find(open, CancellationToken.None)).ShouldBeNull();
        (await Sessions.Find(await CookieOf(visit), CancellationToken.None)).ShouldBeNull();
        (await Audit.Actions(Centre)).Count(action => action == "staff.locked").ShouldBe(1);
        var reset = await Centre.Services.GetRequiredService<StaffAccounts>().Reset("9001", "sato", CancellationToken.None);
        (await SignIn.Begin("9001", "sato", reset.Value!.Password, Desk1, CancellationToken.None)).Problem.ShouldBeNull();
    }

    [Fact]
    public async Task A_one_time_password_that_was_used_opens_nothing_and_locks_nobody()
    {
        var clerk = await Clerk.Hire(Centre, "9001", "sato", StaffRole.Teller);
        var used = Otp(clerk.Secret);
        await SignIn.Prove(await Visit(await Begin("sato", Clerk.Password)), used, CancellationToken.None);
        var visit = await Visit(await Begin("sato", Clerk.Password)); // out and in again, and the token still shows the same

        for (var i = 0; i < 6; i++)
            (await SignIn.Prove(visit, used, CancellationToken.None)).Problem!.Code.ShouldBe("sign_in_failed");

        (await Audit.Actions(Centre)).Count(action => action == "staff.signInRefused").ShouldBe(6);
        Centre.Clock.Advance(TimeSpan.FromSeconds(StaffToken.Period));
        (await SignIn.Prove(visit, Otp(clerk.Secret), CancellationToken.None)).Problem.ShouldBeNull();
    }

    [Fact]
    public async Task A_password_that_is_replaced_while_it_is_judged_opens_nothing()
    {
        await Clerk.Hire(Centre, "9001", "sato", StaffRole.Teller);
        var keys = new InterruptedKeyRing(
            Centre.Services.GetRequiredService<IKeyRing>(), () => Centre.Services.GetRequiredService<StaffAccounts>().Reset("9001", "sato", CancellationToken.None));
        var interrupted = ActivatorUtilities.CreateInstance<SignIn>(Centre.Services, new StaffPasswords(new SlowHash(keys)));

        (await interrupted.Begin("9001", "sato", Clerk.Password, Desk1, CancellationToken.None)).Problem!.Code.ShouldBe("sign_in_failed");

        (await Audit.Actions(Centre)).ShouldContain("staff.reset");
    }

    [Fact]
    public async Task Whoever_guesses_the_current_password_at_an_open_session_locks_it()
    {
        var open = await Full(await Clerk.Hire(Centre, "9001", "sato", StaffRole.Teller));
        var visit = await Visit(open);

        for (var i = 0; i < 5; i++)
            (await SignIn.ChangePassword(visit, $"wrong password {i}", "correct-horse-battery", CancellationToken.None)).Problem!.Code.ShouldBe("sign_in_failed");

        (await Sessions.Find(open, CancellationToken.None)).ShouldBeNull();
        (await SignIn.Begin("9001", "sato", Clerk.Password, Desk1, CancellationToken.None)).Problem!.Code.ShouldBe("sign_in_failed");
        (await Audit.Actions(Centre)).Count(action => action == "staff.locked").ShouldBe(1);
    }

    [Fact]
    public async Task A_new_password_ends_every_session_but_the_one_that_goes_on()
    {
        var clerk = await Clerk.Hire(Centre, "9001", "sato", StaffRole.Teller);
        var (one, other) = (await Full(clerk), await Full(clerk));

        var changed = await SignIn.ChangePassword(await Visit(one), Clerk.Password, "correct-horse-battery", CancellationToken.None);

        (await Visit(changed.Value)).Session.Stage.ShouldBe(SignInStage.Full);
        foreach (var ended in new[] { one, other })
            (await Sessions.Find(ended, CancellationToken.None)).ShouldBeNull();
    }

    [Fact]
    public async Task A_session_ends_when_nobody_works_and_after_a_day_of_work()
    {
        var clerk = await Clerk.Hire(Centre, "9001", "sato", StaffRole.Teller);
        var idle = await Full(clerk);
        Centre.Clock.Advance(StaffSessions.IdleLimit);
        (await Sessions.Find(idle, CancellationToken.None)).ShouldBeNull();

        var busy = await Full(clerk);
        for (var worked = TimeSpan.Zero; worked < StaffSessions.AbsoluteLimit; worked += TimeSpan.FromMinutes(10))
        {
            (await Sessions.Find(busy, CancellationToken.None)).ShouldNotBeNull();
            Centre.Clock.Advance(TimeSpan.FromMinutes(10));
        }

        (await Sessions.Find(busy, CancellationToken.None)).ShouldBeNull();
    }

    [Fact]
    public async Task A_new_password_prolongs_no_session()
    {
        var session = await Full(await Clerk.Hire(Centre, "9001", "sato", StaffRole.Teller));
        var begun = (await Visit(session)).Session.CreatedAt;
        Centre.Clock.Advance(TimeSpan.FromMinutes(5));

        var changed = await SignIn.ChangePassword(await Visit(session), Clerk.Password, "correct-horse-battery", CancellationToken.None);

        var goesOn = (await Visit(changed.Value)).Session;
        (goesOn.CreatedAt, goesOn.LastSeenAt).ShouldBe((begun, Centre.Now));
    }

    [Fact]
    public async Task Sessions_are_ended_by_the_person_or_by_head_office()
    {
        var (sato, suzuki) = (await Clerk.Hire(Centre, "9001", "sato", StaffRole.Teller), await Clerk.Hire(Centre, "9001", "suzuki", StaffRole.Teller));
        var head = await AtWork(StaffRole.HeadOffice, branch: null);
        var (satosVisit, suzukisVisit) = (await Visit(await Full(sato)), await Visit(await Full(suzuki)));

        (await Sessions.Open(satosVisit, CancellationToken.None)).Select(listed => listed.Login).Distinct(StringComparer.Ordinal).ShouldBe(["sato"]);
        (await Sessions.End(satosVisit, suzukisVisit.Session.Id, CancellationToken.None)).ShouldBeFalse();
        (await Sessions.Open(head, CancellationToken.None)).Select(listed => listed.Login).ShouldContain("suzuki");
        (await Sessions.End(head, suzukisVisit.Session.Id, CancellationToken.None)).ShouldBeTrue();
        (await Audit.Actions(Centre))[^1].ShouldBe("staff.sessionEnded");
        (await Sessions.End(satosVisit, satosVisit.Session.Id, CancellationToken.None)).ShouldBeTrue();
        (await Audit.Actions(Centre))[^1].ShouldBe("staff.signedOut");
        (await Sessions.Open(head, CancellationToken.None)).ShouldNotContain(listed => listed.Session.Id == suzukisVisit.Session.Id);
    }

    private async Task<BearerCode> Full(Clerk clerk)
    {
        var full = await SignIn.Prove(await Visit(await Begin(clerk.Login, Clerk.Password)), Otp(clerk.Secret), CancellationToken.None);
        Centre.Clock.Advance(TimeSpan.FromSeconds(StaffToken.Period));
        return full.Value;
    }

    private async Task<BearerCode> Begin(string login, string password) => (await SignIn.Begin("9001", login, password, Desk1, CancellationToken.None)).Value;

    /// <summary>Somebody who knows the log-in name guesses.</summary>
    private async Task Guess(int times)
    {
        for (var i = 0; i < times; i++)
            (await SignIn.Begin("9001", "sato", $"wrong password {i}", Desk1, CancellationToken.None)).Problem!.Code.ShouldBe("sign_in_failed");
    }

    /// <summary>Six digits that the token does not show now.</summary>
    private OtpCode Wrong(Clerk clerk)
    {
        OtpCode.TryParse(clerk.OneTimePassword() is "000000" ? "000001" : "000000", out var otp).ShouldBeTrue();
        return otp;
    }

    private Task<BearerCode> Again(StaffVisit visit) => Begin(visit.Member.Login, Clerk.Password);

    private Task<BearerCode> CookieOf(StaffVisit visit) => Task.FromResult(_cookies[visit.Session.Id]);

    private async Task<StaffVisit> Visit(BearerCode cookie)
    {
        var visit = (await Sessions.Find(cookie, CancellationToken.None)).ShouldNotBeNull();
        _cookies[visit.Session.Id] = cookie;
        return visit;
    }

    private readonly Dictionary<string, BearerCode> _cookies = new(StringComparer.Ordinal);

    private OtpCode Otp(byte[] secret)
    {
        OtpCode.TryParse(Totp.Compute(secret, StaffToken.Algorithm, StaffToken.Digits, Totp.StepAt(Centre.Now, StaffToken.Period)), out var otp).ShouldBeTrue();
        return otp;
    }
}

using KenshinOtp.Institutions;
using KenshinOtp.Security;
using KenshinOtp.Tokens;
using KenshinOtp.Verification;

namespace KenshinOtp.Data.Tests;

/// <summary>What a password comes to is judged by what was read or remembered: what it does to its token meets that alone.</summary>
public sealed class VerificationStoreTests : StoreTest
{
    private static readonly Policy Policy = new() { Period = 30, SerialPrefix = "KN", Transactions = [] };
    private static readonly Verdict Accepted = new(VerificationReason.None, PasswordChange.Accept, Step: 500, Drift: 1);
    private static readonly Verdict Renewed = new(VerificationReason.None, PasswordChange.Promote, Step: 400, Drift: -1, TokenStatus.InUse);
    private static readonly Verdict Wrong = new(VerificationReason.OtpMismatch, PasswordChange.Fail, To: TokenStatus.Locked);

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public Task A_right_password_meets_the_token_as_it_was_judged_and_no_other(string engine) =>
        MeetsOnlyWhatItWasJudgedBy(engine, Accepted, "version = 9", "status = 'suspended'", "last_step = 500", "last_step = 501", "expires_at = 1");

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public Task So_does_the_first_password_of_a_renewed_secret(string engine) =>
        MeetsOnlyWhatItWasJudgedBy(engine, Renewed, "version = 9", "status = 'suspended'", "next_secret = null");

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public Task So_does_a_wrong_password(string engine) =>
        MeetsOnlyWhatItWasJudgedBy(engine, Wrong, "version = 9", "status = 'locked'", "failures = 1");

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_right_password_forgives_wrong_ones_and_ends_the_wait_but_not_the_count_of_strangers(string engine)
    {
        var room = await Open(engine);
        var judged = await Subject(room, await room.Institution(), 1, "failures = 3, knock_failures = 6, knocks_paused_until = 7");
        var before = await room.Reread(judged.Token!.Id);

        (await Send(room, judged, Accepted)).ShouldBe(1);

        (await room.Reread(before.Id)).ShouldBe(before with { LastStep = 500, Drift = 1, Failures = 0, KnocksPausedUntil = null });
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task The_first_password_of_a_renewed_secret_is_used_up_and_begins_anew(string engine)
    {
        var room = await Open(engine);
        var judged = await Subject(
            room, await room.Institution(), 1, "status = 'expired', expires_at = 1, last_step = 500, failures = 3, knock_failures = 6, knocks_paused_until = 7");
        var before = await room.Reread(judged.Token!.Id);

        (await Send(room, judged, Renewed)).ShouldBe(1);

        (await room.Reread(before.Id)).ShouldBe(before with
        {
            Status = TokenStatus.InUse,
            Secret = before.NextSecret,
            ExpiresAt = before.NextExpiresAt,
            NextSecret = null,
            NextExpiresAt = null,
            LastStep = 400,
            Drift = -1,
            Failures = 0,
            KnockFailures = 0,
            KnocksPausedUntil = null,
            Version = before.Version + 1,
        });
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Wrong_passwords_are_counted_and_lock_at_the_bound(string engine)
    {
        var room = await Open(engine);
        var (institution, bound) = (await room.Institution(), Policy.LockAfter);
        var before = await Subject(room, institution, 1, $"failures = {bound - 2}");

        (await Send(room, before, Wrong)).ShouldBe(1);
        var last = await Read(room, institution, 1);
        last.Token!.ShouldBe(before.Token! with { Failures = bound - 1 });

        (await Send(room, last, Wrong)).ShouldBe(1);
        (await Read(room, institution, 1)).Token!.ShouldBe(before.Token! with { Failures = bound, Status = TokenStatus.Locked, Version = 2 });
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_caller_stands_as_long_as_the_key_is_valid_and_the_policy_the_same(string engine)
    {
        var room = await Open(engine);
        var institution = await room.Institution();
        var (revoked, valid) = (await Key(room, institution, "old"), await Key(room, institution, "new"));
        await room.Get<ApiKeys>().Revoke(institution.Code, "old", None);

        var (stand, _, _) = await room.Change(tx => VerificationStore.RoundTrip(tx, [revoked, valid, valid with { Policy = valid.Policy + " " }], [], [], None));

        stand.ShouldBe([false, true, false]);
    }

    /// <summary>Whatever another change made of the token or of its user in between, the password does nothing; where there was none, it does its work on this token alone.</summary>
    private async Task MeetsOnlyWhatItWasJudgedBy(string engine, Verdict verdict, params string[] changes)
    {
        var room = await Open(engine);
        var (institution, place) = (await room.Institution(), 0);
        foreach (var change in changes)
        {
            var judged = await Subject(room, institution, ++place);
            await room.Tamper($"update token set {change} where id = '{judged.Token!.Id}'");
            (await Send(room, judged, verdict)).ShouldBe(0, change);
        }

        foreach (var change in new[] { "token_id = null", "otp_at_login = 1" })
        {
            var judged = await Subject(room, institution, ++place);
            await room.Tamper($"update contract_user set {change} where id = '{judged.UserRowId}'");
            (await Send(room, judged, verdict)).ShouldBe(0, change);
        }

        (await Send(room, await Subject(room, institution, ++place), verdict)).ShouldBe(1);
    }

    /// <summary>A user with a renewed token that a colleague shares.</summary>
    private static async Task<VerifiableSubject> Subject(StoreRoom room, Institution institution, int place, string with = "failures = 0")
    {
        var contract = await room.Contract(institution, $"S{place}");
        var token = await room.Token(institution, $"KN{place:D8}", contract: contract);
        await room.User(contract, tokenId: token.Id);
        await room.User(contract, "colleague", tokenId: token.Id);
        await room.Tamper($"update token set next_secret = 'next', next_expires_at = {room.Now.ToUnixTimeMilliseconds()}, {with} where id = '{token.Id}'");
        return await Read(room, institution, place);
    }

    private static async Task<VerifiableSubject> Read(StoreRoom room, Institution institution, int place)
    {
        var (_, subjects, _) = await room.Change(tx => VerificationStore.RoundTrip(tx, [], [new(institution.Id, $"S{place}", "yamada")], [], None));
        return subjects[0].ShouldNotBeNull();
    }

    private static async Task<int> Send(StoreRoom room, VerifiableSubject judged, Verdict verdict)
    {
        var (_, _, affected) = await room.Change(tx => VerificationStore.RoundTrip(tx, [], [], [VerificationStore.Change(judged, judged.Token!, verdict, Policy, room.Now)], None));
        return affected[0];
    }

    private static async Task<CallerKey> Key(StoreRoom room, Institution institution, string name)
    {
        BearerCode.TryParse((await room.Get<ApiKeys>().Add(institution.Code, name, None)).Value, out var key).ShouldBeTrue();
        var found = (await room.Get<ApiKeys>().Find(key, None)).ShouldNotBeNull();
        return new(found.Id, found.Institution.StoredPolicy);
    }
}

using KenshinOtp.Contracts;
using KenshinOtp.Institutions;
using KenshinOtp.Registration;
using KenshinOtp.Tokens;

namespace KenshinOtp.Data.Tests;

/// <summary>Every change of a token: what it leaves of it, and that it meets nothing where the token is no longer what it was when it was read.</summary>
public sealed class TokenChangeTests : StoreTest
{
    private const string Past = "failures = 3, knock_failures = 6, knocks_paused_until = 7, last_step = 400, drift = 2, expires_at = 8, renewal_opened_at = 9";

    private int _place;

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_change_does_its_work_on_one_token(string engine)
    {
        var room = await Open(engine);
        var institution = await room.Institution();
        foreach (var kind in await Kinds(room, institution))
        {
            var (one, other) = (await Seen(room, institution, kind), await Seen(room, institution, kind));

            (await room.Change(tx => kind.Change(tx, one))).ShouldBeTrue(kind.Name);

            (await room.Reread(one.Id)).ShouldBe(kind.Leaves(one), kind.Name);
            (await room.Look(session => session.Find<long?>("select renewal_opened_at from token where id = @Id", new { one.Id }, None))).ShouldBe(kind.Reopens ? null : 9, kind.Name);
            (await room.Reread(other.Id)).ShouldBe(other, kind.Name);
        }
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_change_meets_nothing_once_another_came_first(string engine)
    {
        var room = await Open(engine);
        var institution = await room.Institution();
        foreach (var kind in await Kinds(room, institution))
        {
            foreach (var first in (string[])["version = 9", "status = 'revoked'", .. kind.Rivals])
            {
                var seen = await Seen(room, institution, kind);
                await room.Tamper($"update token set {first} where id = '{seen.Id}'");

                (await room.Change(tx => kind.Change(tx, seen))).ShouldBeFalse($"{kind.Name}, {first}");
            }
        }
    }

    private static async Task<Kind[]> Kinds(StoreRoom room, Institution institution)
    {
        var (store, registrations, now) = (room.Get<TokenStore>(), room.Get<RegistrationStore>(), room.Now);
        var contract = await room.Contract(institution);
        var subject = new Subject(contract, await room.User(contract), Token: null);
        return
        [
            new("activate", (tx, t) => store.Activate(tx, t, TokenStatus.Activated, "new", now, None),
                t => Next(t) with { Status = TokenStatus.Activated, Secret = "new", ActivatedAt = now, LastStep = 0, Drift = 0 }),
            new("accept", (tx, t) => store.Accept(tx, t, 500, 1, DateTimeOffset.UnixEpoch, None),
                t => t with { LastStep = 500, Drift = 1, Failures = 0, KnocksPausedUntil = null }, "last_step = 500", "last_step = 501"),
            new("confirm", (tx, t) => store.Confirm(tx, t, TokenStatus.InUse, 500, 1, now, None),
                t => Next(t) with { Status = TokenStatus.InUse, ConfirmedAt = now, LastStep = 500, Drift = 1, Failures = 0 }, "last_step = 500", "last_step = 501"),
            new("renew", (tx, t) => store.Renew(tx, t, "next", now, 500, 1, None),
                t => Next(t) with { NextSecret = "next", NextExpiresAt = now, LastStep = 500, Drift = 1, KnockFailures = 0, KnocksPausedUntil = null }, "last_step = 500", "last_step = 501"),
            new("promote", (tx, t) => store.Promote(tx, t, TokenStatus.InUse, 300, 1, None), Promoted, "next_secret = null")
                { Has = $"status = 'expired', next_secret = 'next', next_expires_at = {now.ToUnixTimeMilliseconds()}", Reopens = true },
            new("fail", (tx, t) => store.Fail(tx, t, 5, TokenStatus.Locked, None), t => t with { Failures = 4 }),
            new("lock", (tx, t) => store.Fail(tx, t, 4, TokenStatus.Locked, None), t => Next(t) with { Failures = 4, Status = TokenStatus.Locked }),
            new("suspend", (tx, t) => store.Move(tx, t, TokenStatus.Suspended, forgive: false, None), t => Next(t) with { Status = TokenStatus.Suspended }),
            new("suspend what lapsed", (tx, t) => store.Move(tx, t, TokenStatus.Suspended, forgive: false, None), t => Next(t) with { Status = TokenStatus.Suspended, LapsedAt = t.ExpiresAt })
                { Has = "status = 'expired', lapsed_at = 7" },
            new("lock what lapsed", (tx, t) => store.Fail(tx, t, 4, TokenStatus.Locked, None), t => Next(t) with { Failures = 4, Status = TokenStatus.Locked, LapsedAt = t.ExpiresAt })
                { Has = "status = 'expired', next_secret = 'next'" },
            new("unlock", (tx, t) => store.Move(tx, t, TokenStatus.Activated, forgive: true, None), t => Next(t) with { Status = TokenStatus.Activated, Failures = 0 }),
            new("expire", (tx, t) => store.Expire(tx, t, TokenStatus.Expired, None), t => Next(t) with { Status = TokenStatus.Expired, LapsedAt = t.ExpiresAt }),
            new("revoke", (tx, t) => store.Revoke(tx, t, now, None),
                t => Next(t) with { Status = TokenStatus.Revoked, RevokedAt = now, Secret = null, NextSecret = null })
                { Has = "status = 'suspended', next_secret = 'next'" },
            new("register", (tx, t) => registrations.Register(tx, t, subject, (500, 1), now, None),
                t => Unwaited(Next(t)) with { Status = TokenStatus.InUse, ContractId = contract.Id, HolderId = subject.User.Id, ConfirmedAt = now, UnboundSince = null, LastStep = 500, Drift = 1, Failures = 0 },
                "last_step = 500", "last_step = 501") { Has = "status = 'unbound', unbound_since = 9" },
            new("release", (tx, t) => registrations.Release(tx, t, now, None),
                t => Next(t) with { Status = TokenStatus.Unbound, ContractId = null, HolderId = null, ConfirmedAt = null, UnboundSince = now, Failures = 0 })
                { Has = $"contract_id = '{contract.Id}', holder_id = '{subject.User.Id}', confirmed_at = 9, status = 'inUse'", Reopens = true },
        ];
    }

    private static Token Promoted(Token t) => Unwaited(Next(t)) with
    {
        Status = TokenStatus.InUse,
        Secret = t.NextSecret,
        ExpiresAt = t.NextExpiresAt,
        NextSecret = null,
        NextExpiresAt = null,
        LastStep = 300, // of another secret
        Drift = 1,
        Failures = 0,
    };

    private static Token Next(Token token) => token with { Version = token.Version + 1 };

    private static Token Unwaited(Token token) => token with { KnockFailures = 0, KnocksPausedUntil = null };

    private async Task<Token> Seen(StoreRoom room, Institution institution, Kind kind)
    {
        var token = await room.Token(institution, $"KN{++_place:D8}");
        await room.Tamper($"update token set {Past}, {kind.Has} where id = '{token.Id}'");
        return await room.Reread(token.Id);
    }

    /// <param name="Name">What it is called.</param>
    /// <param name="Change">Does it.</param>
    /// <param name="Leaves">What it leaves of a token.</param>
    /// <param name="Rivals">Besides another version and state, what it meets nothing after.</param>
    private sealed record Kind(string Name, Func<Tx, Token, Task<bool>> Change, Func<Token, Token> Leaves, params string[] Rivals)
    {
        /// <summary>How the tokens are that it is done to.</summary>
        public string Has { get; init; } = "status = 'inUse'";

        /// <summary>Whether its next renewal opens and is announced anew.</summary>
        public bool Reopens { get; init; }
    }
}

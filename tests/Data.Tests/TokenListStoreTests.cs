using KenshinOtp.Contracts;
using KenshinOtp.Issuance;
using KenshinOtp.Outbox;
using KenshinOtp.Tokens;

namespace KenshinOtp.Data.Tests;

public sealed class TokenListStoreTests : StoreTest
{
    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Pages_list_every_token_once_and_a_filter_that_is_null_asks_for_nothing(string engine)
    {
        var room = await Open(engine);
        var (store, institution) = (room.Get<TokenListStore>(), await room.Institution());
        await room.Token(await room.Institution("9002"), "XX00000001");
        for (var i = 0; i < 7; i++)
            await room.Token(institution, $"KN0000000{i}", i % 2 == 0 ? TokenStatus.InUse : TokenStatus.Unbound, expiresAt: i < 5 ? room.Now.AddDays(i) : null);

        async Task<List<string>> All(ListTokens filter)
        {
            var (serials, after) = (new List<string>(), "");
            while (await room.Look(session => store.Page(session, institution.Id, filter, after, 2, room.Now, None)) is { Count: > 0 } page)
            {
                page.Count.ShouldBeLessThanOrEqualTo(2);
                serials.AddRange(page.Select(listed => listed.Token.Serial.Value));
                after = page[^1].Token.Id;
            }

            return serials;
        }

        (await All(new(Status: null, ExpiresBefore: null, Cursor: null, 2))).ShouldBe(Enumerable.Range(0, 7).Select(i => $"KN0000000{i}"));
        (await All(new(TokenStatus.Unbound, ExpiresBefore: null, Cursor: null, 2))).ShouldBe(["KN00000001", "KN00000003", "KN00000005"]);
        (await All(new(Status: null, room.Now.AddDays(3), Cursor: null, 2))).ShouldBe(["KN00000000", "KN00000001", "KN00000002"]);
        (await All(new(TokenStatus.InUse, room.Now.AddDays(3), Cursor: null, 2))).ShouldBe(["KN00000002"]);
        (await All(new(TokenStatus.Expired, ExpiresBefore: null, Cursor: null, 2))).ShouldBe(["KN00000000"]); // its date is this instant
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_page_of_one_state_has_whatever_counts_as_such_now_and_keeps_to_the_order(string engine)
    {
        var room = await Open(engine);
        var (store, institution, (past, future)) = (room.Get<TokenListStore>(), await room.Institution(), (room.Now.AddDays(-1), room.Now.AddDays(1)));
        foreach (var (i, status, expiresAt, renewedUntil) in new (int, TokenStatus, DateTimeOffset?, DateTimeOffset?)[]
                 {
                     (0, TokenStatus.InUse, past, null), (1, TokenStatus.InUse, future, null), (2, TokenStatus.Expired, past, null), (3, TokenStatus.Expired, past, future),
                     (4, TokenStatus.Activated, past, null), (5, TokenStatus.Activated, future, null), (6, TokenStatus.InUse, past, future), (7, TokenStatus.Expired, past, past),
                     (8, TokenStatus.InUse, null, null), (9, TokenStatus.Locked, past, null),
                     (10, TokenStatus.Issued, past, null), (11, TokenStatus.Issued, future, null),
                 })
        {
            var token = await room.Token(institution, $"KN000000{i:X2}", status, expiresAt: expiresAt);
            if (renewedUntil is { } until)
                await room.Tamper($"update token set next_secret = 'sealed', next_expires_at = {until.ToUnixTimeMilliseconds()} where id = '{token.Id}'");
        }

        async Task<string> Digits(TokenStatus status)
        {
            var (digits, after) = ("", "");
            while (await room.Look(session => store.Page(session, institution.Id, new(status, ExpiresBefore: null, Cursor: null, 2), after, 2, room.Now, None)) is { Count: > 0 } page)
            {
                page.ShouldAllBe(listed => listed.Token.StatusAt(room.Now) == status);
                digits += string.Concat(page.Select(listed => listed.Token.Serial.Value[^1]));
                after = page[^1].Token.Id;
            }

            return digits;
        }

        (await Digits(TokenStatus.InUse)).ShouldBe("1368");
        (await Digits(TokenStatus.Expired)).ShouldBe("0247A");
        (await Digits(TokenStatus.Activated)).ShouldBe("5");
        (await Digits(TokenStatus.Issued)).ShouldBe("B");
        (await Digits(TokenStatus.Locked)).ShouldBe("9");
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_list_says_of_each_token_what_is_read_of_it_alone(string engine)
    {
        var (room, contract, users, tokens) = await FullContract(engine);
        var (store, alone) = (room.Get<TokenListStore>(), new Dictionary<string, ListedToken>());
        foreach (var token in tokens)
        {
            var issuance = await room.Look(session => room.Get<IssuanceStore>().OfToken(session, token.Id, None));
            alone.Add(token.Id, new(await room.Reread(token.Id), issuance is null ? null : new(issuance.MobileEmail, issuance.VoidedAt, issuance.Mail)));
        }

        alone.Values.Select(one => (one.Issuance?.Mail, one.Issuance?.VoidedAt is null))
            .ShouldBe([(MailStatus.Queued, true), (MailStatus.Failed, true), (null, false), (null, true), (null, true), (null, true)]);
        (await room.Look(session => store.Page(session, contract.InstitutionId, new(Status: null, ExpiresBefore: null, Cursor: null, 9), "", 9, room.Now, None)))
            .ShouldBe(tokens.Select(token => alone[token.Id]));
        (await room.Look(session => store.AllOf(session, contract.Id, 9, None))).ShouldBe(tokens.Take(5).Reverse().Select(token => alone[token.Id]));
        (await room.Look(session => store.AllOf(session, contract.Id, 2, None))).Count.ShouldBe(2);
        var listed = await room.Look(session => store.OfUsers(session, contract, None));
        listed.ShouldBe(users.Select(user => new ListedUser(user, user.TokenId is null ? null : alone[user.TokenId])));
        foreach (var one in listed)
            (await room.Look(session => store.OfUser(session, contract, one.User.UserId, None))).ShouldBe(one);
        (await room.Look(session => store.OfUser(session, contract, Make.UserId("nobody"), None))).ShouldBeNull();
    }

    /// <summary>A contract whose users have tokens of every kind; the last token is nobody's. Beside it another contract, of another institution.</summary>
    private async Task<(StoreRoom Room, Contract Contract, List<User> Users, List<Token> Tokens)> FullContract(string engine)
    {
        var room = await Open(engine);
        var (institution, other) = (await room.Institution(), await room.Institution("9002"));
        var contract = await room.Contract(institution);
        var (users, tokens) = (new List<User> { await room.User(contract, "0") }, new List<Token>());
        foreach (var (i, status, kind) in new[]
                 {
                     (1, TokenStatus.Issued, TokenKind.MobileApp), (2, TokenStatus.InUse, TokenKind.MobileApp), (3, TokenStatus.Issued, TokenKind.MobileApp),
                     (4, TokenStatus.InUse, TokenKind.SelfEnrolled), (5, TokenStatus.Suspended, TokenKind.Hardware),
                 })
        {
            tokens.Add(await room.Token(institution, $"KN0000000{i}", status, kind, contract, room.Now.AddDays(i)));
            users.Add(await room.User(contract, $"{i}", tokenId: tokens[^1].Id));
            if (kind == TokenKind.MobileApp)
                await Issue(room, users[^1], tokens[^1]);
        }

        users.Add(await room.User(contract, "6", tokenId: tokens[0].Id));
        tokens.Add(await room.Token(institution, "KN00000009", TokenStatus.Unbound));
        var elsewhere = await room.Contract(other);
        await room.User(elsewhere, tokenId: (await room.Token(other, contract: elsewhere)).Id);
        await room.Tamper($"update outbox_mail set status = 'failed' where token_id = '{tokens[1].Id}'");
        await room.Tamper($"update outbox_mail set status = 'superseded' where token_id = '{tokens[2].Id}'");
        await room.Tamper($"update issuance set voided_at = 1 where token_id = '{tokens[2].Id}'");
        return (room, contract, users, tokens);
    }

    private static async Task Issue(StoreRoom room, User user, Token token)
    {
        var address = Make.Email($"{user.UserId}@docomo.ne.jp");
        var mailId = await room.Change(tx => room.Get<OutboxStore>().Insert(
            tx, new(token.InstitutionId, token.Id, MailPurpose.Download, "otp@kenshin.example", "湖畔", address, "件名", "本文", room.Now.AddDays(1)), room.Now, None));
        var issuance = new MailIssuance
        {
            Id = Ids.New(room.Now),
            TokenId = token.Id,
            UserRowId = user.Id,
            MobileEmail = address,
            CodeExpiresAt = room.Now.AddHours(24),
            CreatedAt = room.Now,
        };
        await room.Change(tx => room.Get<IssuanceStore>().Insert(tx, issuance, MailIssuance.NewDownloadCode(), mailId, None));
    }
}

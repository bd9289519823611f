using KenshinOtp.Audit;
using KenshinOtp.Contracts;
using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Issuance;
using KenshinOtp.Portal;
using KenshinOtp.Receipts;
using KenshinOtp.Tokens;

namespace KenshinOtp.Api.Pages.Portal;

/// <summary>Knows visitors by their cookie, and reads for their pages.</summary>
internal sealed class VisitorDesk(
    PortalSessions sessions, SpentLinks spent, Database database, Subjects subjects, ContractViews views, ContractStore contracts,
    TokenStore tokens, TokenListStore lists, IssuanceStore issuances, ReceiptStore receipts, TimeProvider time)
{
    /// <returns>The visitor, or null; left in the request's features with the bank, which is there for an ended session too if it is still known.</returns>
    public async Task<Visitor?> Greet(HttpContext http, CancellationToken ct)
    {
        if (PortalCookie.Read(http) is not { } cookie)
            return null;
        if (await sessions.Find(cookie, ct) is not { } visit)
        {
            if (await spent.OfSession(cookie, ct) is { } ended)
                http.Features.Set(new PortalBank(ended.Institution, ended.ReturnUrl.AbsoluteUri));
            return null;
        }

        http.Features.Set(new PortalBank(visit.Institution, PortalPaths.LeaveFrom(visit)));
        var caller = new Caller(visit.Institution, Actor.Portal(http.Connection.RemoteIpAddress?.ToString()));
        var now = time.GetUtcNow();
        await using var session = await database.Read(ct);
        var found = await subjects.Find(session, visit.Institution, visit.ServiceId, visit.UserId, ct);
        if (!found.Succeeded(out var subject, out _))
            return null; // the contract was cancelled meanwhile
        var view = await views.Of(session, subject.Contract, visit.UserId, caller, now, ct);
        var issuance = subject.Token is { } token ? await issuances.OfToken(session, token.Id, ct) : null;
        var visitor = new Visitor(visit, subject, view, issuance, caller, now);
        http.Features.Set(visitor);
        return visitor;
    }

    /// <summary>The two IDs that the app asks for: where users share a token, those of the one who had it issued.</summary>
    public async Task<UserContact> IdsForApp(MailIssuance issuance, CancellationToken ct)
    {
        await using var session = await database.Read(ct);
        return await contracts.ContactOf(session, issuance.UserRowId, ct) ?? throw new InvalidOperationException("A user vanished.");
    }

    /// <summary>Whom a page concerns.</summary>
    /// <param name="visitor">Who asks.</param>
    /// <param name="userId">The user that the page names; null or empty for the visitor.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>Null where the visitor acts for no such user.</returns>
    public async Task<Target?> Target(Visitor visitor, string? userId, CancellationToken ct)
    {
        if (string.IsNullOrEmpty(userId) || userId == visitor.Visit.UserId.Value)
            return new(visitor, visitor.Subject, visitor.View);
        if (!visitor.IsAdministrator || !UserId.TryParse(userId, out var id))
            return null;
        await using var session = await database.Read(ct);
        var found = await subjects.Find(session, visitor.Visit.Institution, visitor.Visit.ServiceId, id, ct);
        return found.Succeeded(out var subject, out _)
            ? new(visitor, subject, await views.Of(session, subject.Contract, id, visitor.Caller, visitor.Now, ct))
            : null;
    }

    /// <summary>The users who use a subject's token: all of them are left without when it dies.</summary>
    public async Task<IReadOnlyList<User>> Sharers(Subject subject, CancellationToken ct)
    {
        if (subject.User.TokenId is not { } tokenId)
            return [];
        await using var session = await database.Read(ct);
        return [.. (await contracts.Users(session, subject.Contract, ct)).Where(user => user.TokenId == tokenId)];
    }

    /// <summary>Whether an administrator may lift, on these pages, what stands against a subject's token: one with another token, which is in use.</summary>
    public async Task<bool> AdministratorLifts(Subject subject, CancellationToken ct)
    {
        await using var session = await database.Read(ct);
        return (await lists.OfUsers(session, subject.Contract, ct)).Any(listed =>
            listed is { User.Role: UserRole.Administrator, Token.Token: var token } && token.Id != subject.User.TokenId && token.StatusAt(time.GetUtcNow()) == TokenStatus.InUse);
    }

    /// <summary>Whether the visitor's contract has administrators at all: a personal one has none.</summary>
    public async Task<bool> HasAdministrator(Visitor visitor, CancellationToken ct)
    {
        await using var session = await database.Read(ct);
        return (await contracts.Users(session, visitor.Subject.Contract, ct)).Any(user => user.Role == UserRole.Administrator);
    }

    /// <summary>All users of the visitor's contract, as they stand now.</summary>
    public async Task<IReadOnlyList<UserView>> Users(Visitor visitor, CancellationToken ct)
    {
        await using var session = await database.Read(ct);
        return (await views.Of(session, visitor.Subject.Contract, visitor.Caller, visitor.Now, ct)).Users;
    }

    /// <summary>The live tokens of the visitor's contract, and who uses each.</summary>
    public async Task<IReadOnlyList<TokenUse>> Tokens(Visitor visitor, CancellationToken ct)
    {
        var contract = visitor.Subject.Contract;
        await using var session = await database.Read(ct);
        var users = await contracts.Users(session, contract, ct);
        return [.. (await tokens.LiveOf(session, contract.Id, ct)).Select(token => new TokenUse(token, [.. users.Where(user => user.TokenId == token.Id)]))];
    }

    /// <summary>Whether a token is one of the app, and not a device.</summary>
    public async Task<bool> IsInApp(Visitor visitor, string serial, CancellationToken ct)
    {
        if (!SerialNumber.TryParse(serial, out var number))
            return false;
        await using var session = await database.Read(ct);
        return await tokens.BySerial(session, visitor.Visit.Institution.Id, number, ct) is { Kind: not TokenKind.Hardware };
    }

    /// <returns>The receipt of this number, if it is of this user of the visitor's contract.</returns>
    public async Task<StoredReceipt?> Receipt(Visitor visitor, UserId userId, string? number, CancellationToken ct)
    {
        if (string.IsNullOrEmpty(number))
            return null;
        var visit = visitor.Visit;
        await using var session = await database.Read(ct);
        return await receipts.Find(session, visit.Institution.Id, visit.ServiceId.Value, userId.Value, number, ct);
    }
}

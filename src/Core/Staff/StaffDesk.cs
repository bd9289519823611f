using KenshinOtp.Audit;
using KenshinOtp.Contracts;
using KenshinOtp.Data;
using KenshinOtp.Results;
using KenshinOtp.Tokens;

namespace KenshinOtp.Staff;

/// <summary>One screen about a contract: who, which tokens in which state, what happened, what waits.</summary>
/// <param name="Contract">The contract with its users and their tokens.</param>
/// <param name="CancelledAt">When it left the service, or null.</param>
/// <param name="Tokens">Every token it ever had, the newest first.</param>
/// <param name="Mails">The mails about them, the newest first; none for whom they are not meant.</param>
/// <param name="Drafts">What was drafted, the newest first.</param>
/// <param name="History">What happened last, the newest first.</param>
/// <param name="Permitted">What may be done now, by this person and in this state.</param>
/// <param name="Addresses">User ID → where the user's mail goes, in full: it is read to the customer and corrected.</param>
public sealed record ContractSheet(
    ContractView Contract, DateTimeOffset? CancelledAt, IReadOnlyList<TokenView> Tokens, IReadOnlyList<DeliveredMail> Mails, IReadOnlyList<Draft> Drafts,
    IReadOnlyList<AuditView> History, IReadOnlyList<PermittedAct> Permitted, IReadOnlyDictionary<string, string> Addresses);

/// <param name="Action">What may be done.</param>
/// <param name="UserId">With whose token; null: with the whole contract.</param>
public sealed record PermittedAct(StaffAction Action, string? UserId);

/// <summary>What will happen to one token, in the words of the audit trail.</summary>
public sealed record PreviewLine(string Serial, TokenStatus Before, TokenStatus After, IReadOnlyList<string> Users);

/// <summary>What a request would do.</summary>
/// <param name="Contract">The contract concerned.</param>
/// <param name="User">The user concerned; null for the whole contract.</param>
/// <param name="Lines">The tokens that change.</param>
/// <param name="TakesTwo">Whether a second person must approve.</param>
public sealed record PaperPreview(Contract Contract, User? User, IReadOnlyList<PreviewLine> Lines, bool TakesTwo);

/// <summary>Reads for the screens of the staff; what is beyond a person's reach does not exist.</summary>
public sealed class StaffDesk(
    Database database, ContractStore contracts, TokenStore tokens, TokenListStore lists, DraftStore drafts, DeliveryStore deliveries,
    StaffSearchStore search, StaffStore staff, AuditQueries audit, TimeProvider time)
{
    private const int MaxHistory = 50, MaxMails = 20, MaxDrafts = 20, MaxTokens = 50;

    /// <summary>What is done with one token, in the order of the buttons: what can be undone first.</summary>
    private static readonly StaffAction[] TokenWork = [StaffAction.Unlock, StaffAction.Resume, StaffAction.Suspend, StaffAction.Revoke];

    /// <summary>The contract's sheet.</summary>
    public async Task<Result<ContractSheet>> Sheet(StaffVisit visit, ServiceId serviceId, CancellationToken ct)
    {
        var found = await Papers(visit, serviceId, ct);
        return found.Succeeded(out var sheet, out var problem) ? sheet with { History = await History(visit, serviceId, ct) } : problem;
    }

    private async Task<Result<ContractSheet>> Papers(StaffVisit visit, ServiceId serviceId, CancellationToken ct)
    {
        await using var session = await database.Read(ct);
        var now = time.GetUtcNow();
        if (await Reach(session, visit, serviceId, ct) is not { } contract)
            return Subjects.NoContract;
        var users = await lists.OfUsers(session, contract, ct);
        var all = await lists.AllOf(session, contract.Id, MaxTokens, ct);
        var drafted = await drafts.OfContract(session, contract.Id, MaxDrafts, ct);
        return new ContractSheet(
            ContractViews.Of(contract, users, visit.Caller, now), contract.CancelledAt, [.. all.Select(token => TokenViews.Of(token, visit.Institution.Policy, now))],
            visit.Member.May(StaffAction.SeeDeliveries) ? await deliveries.OfContract(session, contract.Id, MaxMails, now, ct) : [], drafted, History: [],
            Permitted(visit, contract, users, [.. drafted.Where(draft => draft.StatusAt(now) == DraftStatus.Open)]), Addresses(users));
    }

    /// <summary>What a request would do now.</summary>
    public async Task<Result<PaperPreview>> Preview(StaffVisit visit, StaffAction action, ServiceId serviceId, UserId? userId, CancellationToken ct)
    {
        if (!visit.Member.May(action))
            return Paperwork.NotAllowed;
        await using var session = await database.Read(ct);
        if (await Reach(session, visit, serviceId, ct) is not { CancelledAt: null } contract)
            return Subjects.NoContract;
        var now = time.GetUtcNow();
        var users = await contracts.Users(session, contract, ct);
        var takesTwo = action.TakesTwo() && visit.Institution.Policy.DualControl;
        if (action == StaffAction.Cancel)
        {
            var live = await tokens.LiveOf(session, contract.Id, ct);
            return new PaperPreview(contract, User: null, [.. live.Select(token => Line(token, TokenStatus.Revoked, users, now))], takesTwo);
        }

        if (users.FirstOrDefault(user => user.UserId == userId) is not { } user)
            return Subjects.NoUser;
        if (user.TokenId is null || await tokens.ById(session, user.TokenId, ct) is not { } one)
            return Subjects.NoToken;
        return one.After(Paperwork.Of(action), visit.Institution.Policy.LockAfter) is { } next
            ? new PaperPreview(contract, user, [Line(one, next, users, now)], takesTwo)
            : TokenProblems.InvalidTransition(one.StatusAt(now));
    }

    /// <summary>What is found by a part of a service ID, user ID, serial number, mail address, name or receipt number.</summary>
    public async Task<SearchPage> Search(StaffVisit visit, string text, string? cursor, int limit, CancellationToken ct)
    {
        await using var session = await database.Read(ct);
        return await search.Find(session, visit, text, cursor, limit, time.GetUtcNow(), ct);
    }

    /// <summary>What waits for an approval, the oldest first.</summary>
    public async Task<IReadOnlyList<Draft>> Queue(StaffVisit visit, string? after, int limit, CancellationToken ct)
    {
        await using var session = await database.Read(ct);
        return await drafts.Open(session, visit, after ?? "", limit, time.GetUtcNow(), ct);
    }

    /// <returns>The oldest draft that waits and that this person did not draft, or null.</returns>
    public async Task<Draft?> NextDraft(StaffVisit visit, CancellationToken ct)
    {
        await using var session = await database.Read(ct);
        return await drafts.Next(session, visit, time.GetUtcNow(), ct);
    }

    public async Task<Draft?> Draft(StaffVisit visit, string id, CancellationToken ct)
    {
        await using var session = await database.Read(ct);
        return await drafts.Find(session, visit, id, ct);
    }

    /// <summary>The mails of the contracts within reach, the newest first.</summary>
    public async Task<IReadOnlyList<DeliveredMail>> Deliveries(StaffVisit visit, DeliveryFilter filter, string? before, int limit, CancellationToken ct)
    {
        await using var session = await database.Read(ct);
        return await deliveries.Page(session, visit, filter, before, limit, time.GetUtcNow(), ct);
    }

    /// <returns>A mail of a contract within reach, or null.</returns>
    public async Task<DeliveredMail?> Delivery(StaffVisit visit, string id, CancellationToken ct)
    {
        await using var session = await database.Read(ct);
        return await deliveries.Find(session, visit, id, time.GetUtcNow(), ct);
    }

    /// <summary>Login → name, for what the audit trail names by its login.</summary>
    public async Task<IReadOnlyDictionary<string, string>> Names(StaffVisit visit, CancellationToken ct)
    {
        await using var session = await database.Read(ct);
        return await staff.Names(session, visit.Institution.Id, ct);
    }

    /// <summary>The two figures that every screen shows.</summary>
    public async Task<(int WaitingDrafts, int FailedMails)> Counts(StaffVisit visit, CancellationToken ct)
    {
        await using var session = await database.Read(ct);
        var now = time.GetUtcNow();
        return (await drafts.CountOpenOnes(session, visit, now, ct), await deliveries.CountFailed(session, visit, now, ct));
    }

    /// <summary>What is drafted already is not offered again.</summary>
    private static IReadOnlyList<PermittedAct> Permitted(
        StaffVisit visit, Contract contract, IReadOnlyList<ListedUser> users, IReadOnlyList<Draft> waiting)
    {
        if (contract.CancelledAt is not null)
            return [];
        var permitted = new List<PermittedAct>();
        foreach (var (user, listed) in users)
        {
            if (listed?.Token is not { } token)
                continue;
            permitted.AddRange(TokenWork
                .Where(action => visit.Member.May(action) && token.After(Paperwork.Of(action), visit.Institution.Policy.LockAfter) is not null
                    && !waiting.Any(draft => draft.Action == action && draft.TokenId == token.Id))
                .Select(action => new PermittedAct(action, user.UserId.Value)));
        }

        if (visit.Member.May(StaffAction.Cancel) && !waiting.Any(draft => draft.Action == StaffAction.Cancel))
            permitted.Add(new(StaffAction.Cancel, UserId: null));
        return permitted;
    }

    private static Dictionary<string, string> Addresses(IReadOnlyList<ListedUser> users) => users
        .Where(user => user.Token?.Issuance?.MobileEmail is not null)
        .ToDictionary(user => user.User.UserId.Value, user => user.Token!.Issuance!.MobileEmail!.Value.Value, StringComparer.Ordinal);

    private static PreviewLine Line(Token token, TokenStatus after, IReadOnlyList<User> users, DateTimeOffset now) => new(
        token.Serial.Value, token.StatusAt(now), (token with { Status = after }).StatusAt(now), [.. users.Where(user => user.TokenId == token.Id).Select(user => user.DisplayName)]);

    private async Task<Contract?> Reach(Session session, StaffVisit visit, ServiceId serviceId, CancellationToken ct) =>
        await contracts.Find(session, visit.Institution.Id, serviceId, ct) is { } contract && visit.Member.Reaches(contract.Branch) ? contract : null;

    private async Task<IReadOnlyList<AuditView>> History(StaffVisit visit, ServiceId serviceId, CancellationToken ct)
    {
        var page = await audit.Page(visit.Institution.Id, new() { ServiceId = serviceId.Value }, cursor: null, MaxHistory, ct);
        return page.Value?.Items ?? throw new InvalidOperationException("A first page was refused.");
    }
}

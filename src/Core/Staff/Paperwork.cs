using KenshinOtp.Audit;
using KenshinOtp.Contracts;
using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Receipts;
using KenshinOtp.Results;
using KenshinOtp.Text;
using KenshinOtp.Tokens;
using KenshinOtp.Withdrawal;

namespace KenshinOtp.Staff;

/// <param name="Visit">Who does it.</param>
/// <param name="Action">Revoke, suspend, resume, unlock or cancel.</param>
/// <param name="ServiceId">The contract.</param>
/// <param name="UserId">Whose token; null for the whole contract (cancel).</param>
/// <param name="Paper">The form behind it.</param>
public sealed record PaperRequest(StaffVisit Visit, StaffAction Action, ServiceId ServiceId, UserId? UserId, Paper Paper);

/// <summary>What came of a request: done at once, or drafted for a second person.</summary>
public sealed record Submitted(Receipt? Receipt, Draft? Draft);

/// <summary>
/// What staff do on a paper form. What cannot be undone, and the lifting of a suspension, is drafted by one and approved by another where the policy demands
/// dual control; stopping is immediate.
/// </summary>
public sealed class Paperwork(
    Database database, Subjects subjects, DraftStore drafts, TokenActs acts, Journal journal, TimeProvider time)
{
    public static Problem NotAllowed { get; } = new(ProblemKind.Forbidden, "not_allowed", "This role may not do that.");

    private static readonly Problem DraftExists = Problem.Conflict("draft_exists", "The same waits for an approval already.");
    private static readonly Problem DraftNotFound = Problem.NotFound("draft_not_found", "No such draft.");
    private static readonly Problem OwnDraft = new(ProblemKind.Forbidden, "own_draft", "Nobody approves what he drafted himself.");
    private static readonly Problem TokenReplaced = Problem.Conflict("token_replaced", "The user has another token now than when this was drafted.");

    public async Task<Result<Submitted>> Submit(PaperRequest request, CancellationToken ct)
    {
        await using var tx = await database.Begin(ct);
        var now = time.GetUtcNow();
        if (!request.Visit.Member.May(request.Action))
            return await tx.Commit(await Refuse(tx, request.Visit, request.Action.ToRow(), request.ServiceId, NotAllowed, now, ct), ct);
        var found = await Reach(tx, request.Visit, request.ServiceId, request.UserId, ct);
        if (!found.Succeeded(out var target, out var problem))
            return problem;
        if (request.Action.TakesTwo() && request.Visit.Institution.Policy.DualControl)
            return await Draft(tx, request, target, now, ct);

        var done = await Do(tx, request.Visit.Caller, request.Action, target, request.Paper.Detail, now, ct);
        return done.Succeeded(out var receipt, out problem) ? await tx.Commit(new Submitted(receipt, Draft: null), ct) : problem;
    }

    /// <summary>A second person lets it happen: decision and deed are one change.</summary>
    public async Task<Result<Receipt>> Approve(StaffVisit visit, string draftId, string? note, CancellationToken ct)
    {
        await using var tx = await database.Begin(ct);
        var now = time.GetUtcNow();
        if (await drafts.Find(tx, visit, draftId, ct) is not { } draft)
            return DraftNotFound;
        var refusal = !visit.Member.May(StaffAction.Approve) ? NotAllowed : draft.DraftedBy == visit.Member.Id ? OwnDraft : null;
        if (refusal is not null)
            return await tx.Commit(await Refuse(tx, visit, StaffAction.Approve.ToRow(), draft.ServiceId, refusal, now, ct), ct);
        if (draft.StatusAt(now) != DraftStatus.Open)
            return Decided(draft, now);

        var found = await Reach(tx, visit, draft.ServiceId, draft.UserId, ct);
        if (!found.Succeeded(out var target, out var problem))
            return problem;
        if (target.Subject?.Token?.Id != draft.TokenId)
            return TokenReplaced;
        if (!await drafts.Decide(tx, draft, DraftStatus.Approved, visit.Member.Id, note, now, ct))
            return await DecidedMeanwhile(tx, visit, draftId, now, ct);
        var done = await Do(tx, visit.Caller, draft.Action, target, draft.Detail, now, ct);
        if (!done.Succeeded(out var receipt, out problem))
            return problem;
        await drafts.Keep(tx, draft, receipt.ReceiptNumber, ct);
        await Note(tx, visit, "draft.approved", draft, note, now, ct);
        return await tx.Commit(receipt, ct);
    }

    /// <summary>差戻し: a second person does not let it happen, and says why.</summary>
    public async Task<Result<Draft>> Return(StaffVisit visit, string draftId, string note, CancellationToken ct) =>
        await Settle(visit, draftId, DraftStatus.Returned, note, draft =>
            !visit.Member.May(StaffAction.Approve) ? NotAllowed : draft.DraftedBy == visit.Member.Id ? OwnDraft : null, ct);

    /// <summary>取下げ: the drafter thinks better of it.</summary>
    public async Task<Result<Draft>> Withdraw(StaffVisit visit, string draftId, CancellationToken ct) =>
        await Settle(visit, draftId, DraftStatus.Withdrawn, note: null, draft => draft.DraftedBy == visit.Member.Id ? null : NotAllowed, ct);

    /// <summary>Finds a contract, and a user of it, within the reach of a member of staff: what is beyond does not exist.</summary>
    internal async Task<Result<PaperTarget>> Reach(Tx tx, StaffVisit visit, ServiceId serviceId, UserId? userId, CancellationToken ct)
    {
        var found = await subjects.ClaimContract(tx, visit.Institution, serviceId, ct);
        if (!found.Succeeded(out var contract, out var problem))
            return problem;
        if (!visit.Member.Reaches(contract.Branch))
            return Subjects.NoContract;
        if (userId is not { } id)
            return new PaperTarget(contract, Subject: null);
        var user = await subjects.Find(tx, visit.Institution, serviceId, id, ct);
        return user.Succeeded(out var subject, out problem) ? new PaperTarget(contract, subject) : problem;
    }

    private async Task<Result<Submitted>> Draft(Tx tx, PaperRequest request, PaperTarget target, DateTimeOffset now, CancellationToken ct)
    {
        var visit = request.Visit;
        if (Hindrance(request.Action, target, visit.Institution.Policy, now) is { } hindrance)
            return hindrance;
        var token = target.Subject?.Token;
        if (await drafts.Exists(tx, request.Action, target.Contract.Id, token?.Id, now, ct))
            return DraftExists;

        var draft = new Draft
        {
            Id = Ids.New(now),
            InstitutionId = visit.Institution.Id,
            Action = request.Action,
            ContractId = target.Contract.Id,
            ServiceId = request.ServiceId,
            ContractName = target.Contract.Name,
            Branch = target.Contract.Branch,
            UserId = request.UserId,
            UserName = target.Subject?.User.DisplayName,
            TokenId = token?.Id,
            Serial = token?.Serial.Value,
            Paper = request.Paper,
            Status = DraftStatus.Open,
            DraftedBy = visit.Member.Id,
            DrafterName = visit.Member.DisplayName,
            DraftedAt = now,
            ExpiresAt = Japan.EndOfBusinessDay(now),
        };
        await drafts.Insert(tx, draft, target.Subject?.User.Id, ct);
        await Note(tx, visit, "draft.submitted", draft, draft.Paper.Detail, now, ct);
        return await tx.Commit(new Submitted(Receipt: null, draft), ct);
    }

    private async Task<Result<Draft>> Settle(
        StaffVisit visit, string draftId, DraftStatus to, string? note, Func<Draft, Problem?> judge, CancellationToken ct)
    {
        await using var tx = await database.Begin(ct);
        var now = time.GetUtcNow();
        if (await drafts.Find(tx, visit, draftId, ct) is not { } draft)
            return DraftNotFound;
        if (judge(draft) is { } refusal)
            return await tx.Commit(await Refuse(tx, visit, to == DraftStatus.Returned ? "return" : "withdraw", draft.ServiceId, refusal, now, ct), ct);
        if (!await drafts.Decide(tx, draft, to, visit.Member.Id, note, now, ct))
            return await DecidedMeanwhile(tx, visit, draftId, now, ct);
        await Note(tx, visit, to == DraftStatus.Returned ? "draft.returned" : "draft.withdrawn", draft, note, now, ct);
        return await tx.Commit(draft with { Status = to }, ct);
    }

    /// <summary>Whether it would fail now: nobody drafts what cannot be.</summary>
    private static Problem? Hindrance(StaffAction action, PaperTarget target, Policy policy, DateTimeOffset now)
    {
        if (action == StaffAction.Cancel)
            return null;
        if (target.Subject?.Token is not { } token)
            return Subjects.NoToken;
        return token.After(Of(action), policy.LockAfter) is null ? TokenProblems.InvalidTransition(token.StatusAt(now)) : null;
    }

    private Task<Result<Receipt>> Do(
        Tx tx, Caller caller, StaffAction action, PaperTarget target, string detail, DateTimeOffset now, CancellationToken ct) => (action, target.Subject) switch
        {
            (StaffAction.Cancel, _) => acts.Cancel(tx, caller, target.Contract, detail, now, ct),
            (_, null) => Task.FromResult<Result<Receipt>>(Subjects.NoUser),
            (StaffAction.Revoke, { } subject) => acts.Revoke(tx, caller, subject, detail, now, ct),
            (_, { } subject) => acts.Hinder(tx, caller, subject, Of(action), detail, now, ct),
        };

    /// <summary>What the audit trail calls it when it is done.</summary>
    public static string EventOf(StaffAction action) => action switch
    {
        StaffAction.Revoke => "token.revoked",
        StaffAction.Cancel => "contract.cancelled",
        _ => TokenActs.EventOf(Of(action)),
    };

    internal static TokenAction Of(StaffAction action) => action switch
    {
        StaffAction.Revoke => TokenAction.Revoke,
        StaffAction.Suspend => TokenAction.Suspend,
        StaffAction.Resume => TokenAction.Resume,
        StaffAction.Unlock => TokenAction.Unlock,
        _ => throw new ArgumentOutOfRangeException(nameof(action)),
    };

    private async Task<Problem> DecidedMeanwhile(Tx tx, StaffVisit visit, string draftId, DateTimeOffset now, CancellationToken ct) =>
        Decided(await drafts.Find(tx, visit, draftId, ct) ?? throw new InvalidOperationException("A draft vanished."), now);

    private static Problem Decided(Draft draft, DateTimeOffset now) =>
        Problem.Conflict("draft_decided", "Somebody else decided first, or it was too late.").With("draftStatus", draft.StatusAt(now).ToRow());

    private async Task<Problem> Refuse(Tx tx, StaffVisit visit, string act, ServiceId serviceId, Problem problem, DateTimeOffset now, CancellationToken ct)
    {
        await journal.Write(tx, new Entry("staff.refused", visit.Caller.Actor, visit.Institution.Id)
        {
            ServiceId = serviceId.Value,
            After = problem.Code,
            Detail = act,
        }, now, ct);
        return problem;
    }

    private Task Note(Tx tx, StaffVisit visit, string action, Draft draft, string? note, DateTimeOffset now, CancellationToken ct) =>
        journal.Write(tx, draft.Told(action, visit.Caller.Actor, note), now, ct);
}

/// <summary>A contract within reach, and the user of it whose token is meant.</summary>
public sealed record PaperTarget(Contract Contract, Subject? Subject);

using KenshinOtp.Audit;
using KenshinOtp.Data;
using KenshinOtp.Tokens;

namespace KenshinOtp.Verification;

/// <summary>
/// Judges many verifications in one transaction. Those whose equal calls were answered are left out. Then rounds: look up those whose subject is not known, judge
/// all in memory, send the guarded changes at once; whoever lost a race, or could only be judged by what was remembered, goes into the next round with what the database says now.
/// </summary>
/// <param name="tx">The transaction.</param>
/// <param name="passwords">Judges one password.</param>
/// <param name="secrets">Opens secrets.</param>
/// <param name="journal">Takes the entries.</param>
/// <param name="remembered">Whose password was accepted before.</param>
/// <param name="atOnce">
/// Whether the changes of the last round may leave together with the commit, which is a round trip less but knows no further round: a lost race undoes all.
/// </param>
internal sealed class VerificationBatch(
    Tx tx, PasswordCheck passwords, TokenSecrets secrets, Journal journal, RememberedSubjects remembered, bool atOnce)
{
    // Each lost race means that somebody else's change went through; losing so many in a row means that something is broken.
    private const int MaxRaces = 50;

    /// <returns>The verifications that have a result; the others were overtaken, or their callers are no longer what their requests say.</returns>
    /// <exception cref="LostRaceException">
    /// Something was judged for such a caller: everything must be undone, and judged anew by what the database says.
    /// </exception>
    public async Task<IReadOnlyList<PendingVerification>> Judge(IReadOnlyList<PendingVerification> all, CancellationToken ct)
    {
        foreach (var item in all)
            item.TakeRemembered(remembered.Find(item.Key));
        var judged = await WithoutOvertaken(all, ct);
        var callers = (IReadOnlyList<CallerKey>)[.. judged.Select(Caller).Distinct()];
        if (judged.Any(item => item.Subject is null))
        {
            var fallen = await LookUp(callers, judged, ct);
            (judged, callers) = ([.. judged.Where(item => !fallen.Contains(Caller(item)))], []);
        }

        var waiting = await Round(callers, judged, ct);
        while (waiting.Count > 0)
        {
            await LookUp([], waiting, ct);
            waiting = await Round([], waiting, ct);
        }

        return judged;
    }

    /// <summary>Writes what came of them: audit entries, events, and what callers want remembered.</summary>
    public async Task Note(IReadOnlyList<PendingVerification> judged, CancellationToken ct)
    {
        foreach (var item in judged)
        {
            if (item.Obstacle is { } obstacle)
            {
                item.Result = obstacle;
                continue;
            }

            var outcome = Outcome(item);
            var id = await NoteOne(item, outcome, ct);
            var result = new VerificationResult(
                id, outcome.Accepted ? "accepted" : "rejected", outcome.Reason.Code(), outcome.Serial, outcome.RemainingAttempts, item.Now);
            item.Result = result;
            await item.Witness.BeforeCommit(tx, result, ct);
        }
    }

    /// <summary>Remembers, once all is durable, whose password was accepted.</summary>
    public void Remember(IReadOnlyList<PendingVerification> judged)
    {
        foreach (var item in judged)
        {
            if (item is { Verdict: { Change: PasswordChange.Accept } verdict, Subject: { Token: { NextSecret: null } token } subject })
            {
                if (item.IsFresh)
                    remembered.Keep(item.Key, subject, secrets.Open(token.Id, token.Secret!), verdict.Step, verdict.Drift);
                else
                    remembered.Advance(item.Key, verdict.Step, verdict.Drift);
            }
            else
            {
                remembered.Forget(item.Key);
            }
        }
    }

    private static CallerKey Caller(PendingVerification item) => new(item.Request.KeyId, item.Request.Caller.Institution.StoredPolicy);

    /// <summary>Of equal calls one can be answered. Nobody has asked before whether one was: here it is one round trip for all.</summary>
    private async Task<IReadOnlyList<PendingVerification>> WithoutOvertaken(IReadOnlyList<PendingVerification> all, CancellationToken ct)
    {
        var equal = all.Where(item => item.Witness.Answered is not null).ToLookup(item => item.Witness.Answered!.Value);
        if (equal.Count == 0)
            return all;
        var found = await VerificationStore.Found(tx, [.. equal.Select(calls => calls.Key)], ct);
        foreach (var item in equal.SelectMany((calls, i) => found[i] ? calls : calls.Skip(1)))
            item.Overtake();
        return [.. all.Where(item => !item.IsOvertaken)];
    }

    /// <summary>Looks up whose subject is not known and, in the same round trip, the callers.</summary>
    /// <returns>The callers who are no longer what they were when they were remembered.</returns>
    private async Task<HashSet<CallerKey>> LookUp(IReadOnlyList<CallerKey> callers, IReadOnlyList<PendingVerification> items, CancellationToken ct)
    {
        var unknown = items.Where(item => item.Subject is null).ToList();
        var (stand, found, _) = await VerificationStore.RoundTrip(tx, callers, unknown.ConvertAll(item => item.Key), [], ct);
        for (var i = 0; i < found.Length; i++)
            unknown[i].TakeFresh(found[i]);
        return [.. callers.Where((_, i) => !stand[i])];
    }

    /// <summary>Judges, and in one round trip confirms callers and sends the changes.</summary>
    /// <returns>Those that need another round.</returns>
    private async Task<IReadOnlyList<PendingVerification>> Round(IReadOnlyList<CallerKey> callers, IReadOnlyList<PendingVerification> items, CancellationToken ct)
    {
        var again = new List<PendingVerification>();
        var changes = new SortedDictionary<string, PendingVerification>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            item.Judge(passwords);
            var change = item.Verdict.Change;
            if (!item.IsFresh && change is PasswordChange.None or PasswordChange.Fail)
                again.Add(item); // what is remembered serves to accept, not to refuse
            else if (change != PasswordChange.None && !changes.TryAdd(item.Subject!.Token!.Id, item))
                again.Add(item); // a second change of one token must see the first
        }

        if (again.Count == 0 && atOnce)
        {
            VerificationStore.RequireLast(tx, callers, [.. changes.Values.Select(Change)]);
            return again;
        }

        var lost = callers.Count + changes.Count > 0 ? await Send(callers, [.. changes.Values], ct) : [];
        foreach (var item in again)
            item.LookAgain();
        foreach (var item in lost)
        {
            item.LoseRace();
            if (item.Races > MaxRaces)
                throw new InvalidOperationException($"A token changed {MaxRaces} times while one password was checked.");
        }

        return [.. again, .. lost];
    }

    /// <returns>Those whose change met nothing: somebody else's came first.</returns>
    private async Task<IEnumerable<PendingVerification>> Send(IReadOnlyList<CallerKey> callers, IReadOnlyList<PendingVerification> changes, CancellationToken ct)
    {
        var (stand, _, affected) = await VerificationStore.RoundTrip(tx, callers, [], [.. changes.Select(Change)], ct);
        return stand.Contains(false)
            ? throw new LostRaceException("A caller of the batch is no longer what it was.")
            : changes.Where((_, i) => affected[i] == 0);
    }

    private static Call Change(PendingVerification item) =>
        VerificationStore.Change(item.Subject!, item.Subject!.Token!, item.Verdict, item.Request.Caller.Policy, item.Now);

    private static PasswordOutcome Outcome(PendingVerification item)
    {
        if (item.Verdict.Reason == VerificationReason.OtpNotRequired || item.Subject!.Token is not { } token)
            return new(item.Verdict.Reason);
        var policy = item.Request.Caller.Policy;
        var remaining = item.Verdict.Change switch
        {
            PasswordChange.Accept or PasswordChange.Promote => policy.LockAfter,
            PasswordChange.Fail => Math.Max(0, policy.LockAfter - token.Failures - 1),
            _ => token.RemainingAttempts(policy),
        };
        return new(item.Verdict.Reason, token.Serial.Value, remaining);
    }

    private async Task<string> NoteOne(PendingVerification item, PasswordOutcome outcome, CancellationToken ct)
    {
        var request = item.Request;
        var phishing = outcome.Reason == VerificationReason.OtpNotRequired;
        var action = phishing ? "phishing.suspected" : outcome.Accepted ? "verification.accepted" : "verification.rejected";
        var id = await journal.Write(tx, new Entry(action, request.Caller.Actor, request.Caller.Institution.Id)
        {
            ServiceId = request.ServiceId.Value,
            UserId = request.UserId.Value,
            Serial = outcome.Serial,
            After = outcome.Reason.Code(),
            Detail = request.Reference is null ? request.Transaction.Value : $"{request.Transaction.Value} {request.Reference}",
            Announce = phishing,
        }, item.Now, ct);
        if (item.Verdict.Change == PasswordChange.Fail && outcome.RemainingAttempts == 0)
            await journal.Write(tx, PasswordCheck.LockEntry(request.Caller, request.ServiceId, request.UserId, item.Subject!.Token!.Serial), item.Now, ct);
        return id;
    }
}

using System.Data.Common;
using KenshinOtp.Data;
using KenshinOtp.Idempotency;
using KenshinOtp.Telemetry;

namespace KenshinOtp.Audit;

/// <summary>
/// The chains that this process writes: one for each institution, begun with its first entry. Their ends are remembered here, so that an entry costs
/// its own insert and nothing else, and no process waits for another.
/// </summary>
public sealed class AuditChains(AuditStore entries, AuditMac macs, Meters meters) : IDisposable
{
    // The job that seals looks no further back than some days for chains that may have grown.
    private static readonly TimeSpan Life = TimeSpan.FromDays(1);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Dictionary<string, Head> _heads = new(StringComparer.Ordinal);

    /// <summary>How long a commit waits for those ahead. It holds rows and a connection meanwhile, and nothing of what comes last has been sent.</summary>
    internal TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Gives the entries their places, writes them and commits. Only what was committed counts as written: a rollback leaves no hole.</summary>
    /// <remarks>The last thing before the commit, since one commit at a time passes: whoever holds the gate waits for no other transaction's rows.</remarks>
    /// <exception cref="OverloadedException">The commits ahead take too long.</exception>
    internal async Task Commit(Tx tx, IReadOnlyList<AuditRow> rows, Func<Task> commit, CancellationToken ct)
    {
        if (!await _gate.WaitAsync(LongestWait, ct))
            throw new OverloadedException();
        try
        {
            var moved = new Dictionary<string, Head>(StringComparer.Ordinal);
            entries.Insert(tx, [.. rows.Select(row => Link(row, moved))]);
            try
            {
                await commit();
            }
            catch (Exception e) when (!IsUndone(tx, e))
            {
                // Nobody knows whether the rows are there: what comes next begins a chain of its own.
                foreach (var institutionId in moved.Keys)
                    _heads.Remove(institutionId);
                throw;
            }

            foreach (var (institutionId, head) in moved)
                _heads[institutionId] = head;
            foreach (var row in rows)
                meters.Written(row.Action);
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    /// <summary>Whether a commit was certainly undone: by another change, or by an equal call whose answer was first.</summary>
    private static bool IsUndone(Tx tx, Exception e) => e is LostRaceException || (AnswerStore.AreIn(tx) && e is DbException fault && tx.Dialect.IsUniqueViolation(fault));

    private AuditRow Link(AuditRow row, Dictionary<string, Head> moved)
    {
        var head = moved.TryGetValue(row.InstitutionId, out var own) ? own : HeadFor(row);
        var placed = row with { Chain = head.Chain, Position = head.End.Position + 1 };
        var linked = placed with { Mac = macs.Sign(placed.Content(head.End.Mac)) };
        moved[row.InstitutionId] = head with { End = new(linked.Position, linked.Mac) };
        return linked;
    }

    private Head HeadFor(AuditRow row)
    {
        var now = Instants.FromRow(row.OccurredAt);
        return _heads.TryGetValue(row.InstitutionId, out var head) && (now - head.Begun).Duration() < Life
            ? head
            : new Head(Ids.New(now), now, ChainEnd.None);
    }

    private sealed record Head(string Chain, DateTimeOffset Begun, ChainEnd End);
}

/// <summary>How far a chain goes.</summary>
/// <param name="Position">Of its last row; 0 where there is none.</param>
/// <param name="Mac">Of its last row; null where there is none.</param>
public readonly record struct ChainEnd(long Position, string? Mac)
{
    public static ChainEnd None => default;
}

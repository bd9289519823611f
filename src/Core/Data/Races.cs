using System.Data.Common;
using KenshinOtp.Security;

namespace KenshinOtp.Data;

/// <summary>Another change came first, and what this one had read no longer holds: it must be undone, and begun anew be judged by what holds now.</summary>
public sealed class LostRaceException(string message) : Exception(message);

/// <summary>
/// Runs something again whose change was undone because another one came first: the two waited for each other's rows, or entered the same key, or this one found
/// changed what it had read. The next run meets what the other did. Where writers take turns (SQLite) only what was read before the turn can have changed.
/// </summary>
public sealed class Races(SqlDialect dialect)
{
    /// <summary>The name of the fault that the engine has no room on its disk.</summary>
    public const string DiskFull = "DiskFull";

    private const int MaxRuns = 5;

    /// <param name="work">One run, whole or not at all; it is told the number of the run, from 1.</param>
    public async Task<T> Run<T>(Func<int, Task<T>> work)
    {
        for (var run = 1; ; run++)
        {
            try
            {
                return await work(run);
            }
            catch (Exception e) when (run < MaxRuns && dialect.IsLostOrTaken(e))
            {
                // Nothing of it is there: once more. Whoever loses five times running is told so.
            }
        }
    }

    /// <summary>Whether the same may go through if it is begun anew later, or on another node: a race that was lost over and over, a commit that nobody knows of, an engine that is away, a master key that this node lacks.</summary>
    public bool MayPassLater(Exception e) => e is OutcomeOpenException or OverloadedException or KeyRingException || dialect.IsLost(e) || (e is DbException fault && dialect.IsTransient(fault));

    /// <summary>What a fault is called in the log and in the state of a job: <see cref="DiskFull"/>, or its kind and the engine's number of it. Its message may hold what neither should show.</summary>
    public string NameOf(Exception e) => e switch
    {
        OutcomeOpenException { InnerException: { } fault } => $"{nameof(OutcomeOpenException)}, {NameOf(fault)}",
        DbException fault when dialect.IsDiskFull(fault) => DiskFull,
        DbException fault when dialect.CodeOf(fault) is { } code => $"{e.GetType().Name} {code}",
        _ => e.GetType().Name,
    };
}

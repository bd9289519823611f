using KenshinOtp.Audit;
using KenshinOtp.Data;
using KenshinOtp.Results;
using KenshinOtp.Tokens;

namespace KenshinOtp.Verification;

/// <summary>
/// Group commit: verifications in flight are judged and written many in one transaction, and are answered when its commit is durable. The more there are
/// in flight, the more share a commit. All of one user go through the same writer; where the engine lets transactions commit side by side there are
/// several, so that one is at work while another waits for the disk.
/// </summary>
public sealed class VerificationJournal : IAsyncDisposable
{
    private readonly VerificationWriter[] _writers;

    public VerificationJournal(Database database, PasswordCheck passwords, TokenSecrets secrets, AuditStore entries, AuditMac macs) =>
        _writers = [.. Enumerable.Range(0, database.Dialect.Lanes).Select(_ => new VerificationWriter(database, passwords, secrets, entries, macs))];

    /// <returns>The result, durable; null if the caller is no longer what the request says.</returns>
    /// <exception cref="OverloadedException">More verifications wait than can be answered in time.</exception>
    internal Task<Result<VerificationResult>?> Record(VerifyOtp request, IWitness witness, DateTimeOffset now, CancellationToken ct)
    {
        var pending = new PendingVerification(request, witness, now, ct);
        _writers[(uint)pending.Key.GetHashCode() % _writers.Length].Add(pending);
        return pending.Answer;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var writer in _writers)
            await writer.DisposeAsync();
    }
}

using KenshinOtp.Audit;
using KenshinOtp.Data;
using KenshinOtp.Results;
using KenshinOtp.Telemetry;
using KenshinOtp.Tokens;
using Microsoft.Extensions.Logging;

namespace KenshinOtp.Verification;

/// <summary>
/// Group commit: verifications in flight are judged and written many in one transaction, and are answered when its commit is durable. The more there are
/// in flight, the more share a commit.
/// </summary>
public sealed class VerificationJournal(
    Database database, PasswordCheck passwords, TokenSecrets secrets, AuditStore entries, AuditMac macs, Meters meters, TimeProvider time,
    ILogger<VerificationJournal> log) : IAsyncDisposable
{
    private readonly VerificationWriter _writer = new(database, passwords, secrets, entries, macs, meters, time, log);

    /// <returns>The result, durable; null if the caller is no longer what the request says.</returns>
    /// <exception cref="OverloadedException">More verifications wait than can be answered in time.</exception>
    internal Task<Result<VerificationResult>?> Record(VerifyOtp request, IWitness witness, DateTimeOffset now, CancellationToken ct)
    {
        var pending = new PendingVerification(request, witness, now, time.GetTimestamp(), ct);
        _writer.Add(pending);
        return pending.Answer;
    }

    public ValueTask DisposeAsync() => _writer.DisposeAsync();
}

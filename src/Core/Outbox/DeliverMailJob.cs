using System.Security.Cryptography;
using KenshinOtp.Audit;
using KenshinOtp.Contracts;
using KenshinOtp.Data;
using KenshinOtp.Security;
using KenshinOtp.Tokens;
using Microsoft.Extensions.Logging;

namespace KenshinOtp.Outbox;

/// <summary>How mail is delivered.</summary>
/// <param name="Lease">How long a worker may hold a mail; after a crash it is sent again by then at the latest. Longer than any send may take.</param>
/// <param name="Lanes">How many mails go out at the same time.</param>
public sealed record DeliverySettings(TimeSpan Lease, int Lanes);

/// <summary>
/// Sends what is due. A mail is leased, sent, settled; a crash in between sends it again with the same Message-ID.
/// </summary>
public sealed partial class DeliverMailJob(
    Database database, OutboxStore outbox, ContractStore contracts, TokenStore tokens, Journal journal, IMailTransport transport, DeliverySettings settings, TimeProvider time, ILogger<DeliverMailJob> log)
{
    private const int BatchSize = 100;
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan LongestWaitForServer = TimeSpan.FromMinutes(1);

    private readonly string _owner = Ids.New(time.GetUtcNow());

    /// <returns>The number of mails that were sent.</returns>
    public async Task<int> RunOnce(CancellationToken ct)
    {
        var sent = 0;
        while (true)
        {
            var round = await SendBatch(ct);
            sent += round.Sent;
            if (round.ServerAway || round.Taken < BatchSize)
                return sent;
        }
    }

    private async Task<(int Taken, int Sent, bool ServerAway)> SendBatch(CancellationToken ct)
    {
        IReadOnlyList<string> due;
        await using (var session = await database.Read(ct))
            due = await outbox.Due(session, time.GetUtcNow(), BatchSize, ct);

        var sent = 0;
        var away = 0;
        await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = settings.Lanes, CancellationToken = ct }, async (id, token) =>
        {
            // The rest waits for the next round, unleased and without a mark against it.
            if (Volatile.Read(ref away) == 1)
                return;
            var verdict = await SendOne(id, token);
            if (verdict == DeliveryVerdict.Accepted)
                Interlocked.Increment(ref sent);
            if (verdict == DeliveryVerdict.Unreachable)
                Volatile.Write(ref away, 1);
        });
        return (due.Count, sent, away == 1);
    }

    private async Task<DeliveryVerdict?> SendOne(string id, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        LeasedMail? mail;
        await using (var tx = await database.Begin(ct))
        {
            mail = await outbox.Lease(tx, id, _owner, now, settings.Lease, ct);
            if (mail is null)
                return null;
            await tx.Commit(id, ct);
        }

        var outcome = now >= mail.UselessAfter
            ? new DeliveryOutcome(DeliveryVerdict.Refused, "The link in it had expired before it could be sent.")
            : await Send(mail, ct);
        await Settle(mail, outcome, ct);
        return outcome.Verdict;
    }

    /// <summary>A mail that cannot be read or written down is one mail's matter: it must not keep the others from leaving.</summary>
    private async Task<DeliveryOutcome> Send(LeasedMail mail, CancellationToken ct)
    {
        try
        {
            return await transport.Send(mail, outbox.Open(mail), ct);
        }
        catch (Exception e) when (e is CryptographicException or KeyRingException or FormatException)
        {
            LogUnsendable(mail.Id, e);
            return new(e is FormatException ? DeliveryVerdict.Refused : DeliveryVerdict.Deferred, "The mail could not be put together; see the log.");
        }
    }

    private async Task Settle(LeasedMail mail, DeliveryOutcome outcome, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var settlement = outcome.Verdict switch
        {
            DeliveryVerdict.Accepted => new Settlement(MailStatus.Sent, now, now, Answer: null),
            DeliveryVerdict.Refused => new Settlement(MailStatus.Failed, now, SentAt: null, outcome.Answer),
            _ => new Settlement(MailStatus.Queued, Earlier(now + Wait(mail.Attempt, outcome.Verdict), mail.UselessAfter), SentAt: null, outcome.Answer),
        };

        await using var tx = await database.Begin(ct);
        if (!await outbox.Settle(tx, mail.Id, _owner, settlement, ct))
        {
            LogOvertaken(mail.Id);
            return;
        }

        if (settlement.Status == MailStatus.Failed)
            await NoteFailure(tx, mail, outcome, now, ct);
        await tx.Commit(mail.Id, ct);
        LogSettled(mail.Id, outcome.Verdict, mail.Attempt);
    }

    private async Task NoteFailure(Tx tx, LeasedMail mail, DeliveryOutcome outcome, DateTimeOffset now, CancellationToken ct)
    {
        var contact = mail.TokenId is null ? null : await contracts.ContactOfToken(tx, mail.TokenId, ct);
        var token = mail.TokenId is null ? null : await tokens.ById(tx, mail.TokenId, ct);
        await journal.Write(tx, new Entry("mail.failed", Actor.Job("mail"), mail.InstitutionId)
        {
            ServiceId = contact?.ServiceId,
            UserId = contact?.UserId,
            Serial = token?.Serial.Value,
            Detail = outcome.Answer,
            Announce = true,
        }, now, ct);
    }

    /// <summary>5, 10, 20 … seconds. A server that is away is asked every minute, so that mail leaves soon after it is back.</summary>
    private static TimeSpan Wait(int attempt, DeliveryVerdict verdict)
    {
        var wait = TimeSpan.FromSeconds(5 * Math.Pow(2, Math.Min(attempt - 1, 10)));
        var longest = verdict == DeliveryVerdict.Unreachable ? LongestWaitForServer : LongestWait;
        return wait < longest ? wait : longest;
    }

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    [LoggerMessage(Level = LogLevel.Information, Message = "Mail {MailId}: {Verdict} at attempt {Attempt}")]
    private partial void LogSettled(string mailId, DeliveryVerdict verdict, int attempt);

    [LoggerMessage(Level = LogLevel.Error, Message = "Mail {MailId} cannot be put together")]
    private partial void LogUnsendable(string mailId, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Mail {MailId}: no longer ours when the sending ended; it was withdrawn, or another worker has it")]
    private partial void LogOvertaken(string mailId);
}

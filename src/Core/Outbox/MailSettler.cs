using System.Data.Common;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using KenshinOtp.Audit;
using KenshinOtp.Data;
using KenshinOtp.Telemetry;
using Microsoft.Extensions.Logging;

namespace KenshinOtp.Outbox;

/// <summary>A leased mail of which the worker has let go.</summary>
/// <param name="Mail">The mail.</param>
/// <param name="Outcome">What came of it; null if its sending was not begun.</param>
public sealed record HandledMail(LeasedMail Mail, DeliveryOutcome? Outcome);

/// <summary>Mails that a worker leased together, on their way to being settled.</summary>
/// <param name="owner">Who leased them.</param>
/// <param name="lease">For how long, from now.</param>
public sealed class SettlingBatch(string owner, TimeSpan lease)
{
    private readonly long _begun = Stopwatch.GetTimestamp();
    private volatile bool _isStuck;

    public string Owner => owner;

    /// <summary>What the worker is done with; completed when that is all.</summary>
    public Channel<HandledMail> Handled { get; } = Channel.CreateUnbounded<HandledMail>(new() { SingleReader = true });

    /// <summary>Whether nobody else may send them yet.</summary>
    public bool IsLeased => Stopwatch.GetElapsedTime(_begun) < lease;

    /// <summary>Whether what was sent cannot be written down for the moment: then nothing more should be sent.</summary>
    public bool IsStuck
    {
        get => _isStuck;
        internal set => _isStuck = value;
    }
}

/// <summary>Group commit: all that was sent while one commit was under way is settled in the next.</summary>
public sealed partial class MailSettler(
    Database database, OutboxStore outbox, MailFailures failures, Meters meters, TimeProvider time, ILogger<MailSettler> log)
{
    private const int TriesAtTheEnd = 3; // of a worker that is stopped
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan LongestWaitForServer = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Settles mails until no more can come. Nothing ends it before: a mail that was sent and is not settled is sent again. Hence a database that is away is asked
    /// again while the lease lasts.
    /// </summary>
    /// <param name="batch">The mails, in whichever order.</param>
    /// <param name="stopping">The worker is stopped: it must not wait long.</param>
    /// <exception cref="DbException">Some could not be settled; all others are.</exception>
    public async Task Settle(SettlingBatch batch, CancellationToken stopping)
    {
        var faults = new List<Exception>();
        while (await batch.Handled.Reader.WaitToReadAsync(CancellationToken.None))
        {
            var group = new List<HandledMail>();
            while (batch.Handled.Reader.TryRead(out var mail))
                group.Add(mail);
            await Settle(batch, group, faults, stopping);
        }

        if (faults.Count > 0)
            ExceptionDispatchInfo.Throw(faults[0]);
    }

    private async Task Settle(SettlingBatch batch, IReadOnlyList<HandledMail> group, List<Exception> faults, CancellationToken stopping)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await Write(batch.Owner, group, isAgain: tries > 1);
                batch.IsStuck = false;
                return;
            }
#pragma warning disable CA1031 // whoever waits for the end is told; the others are settled
            catch (Exception e)
#pragma warning restore CA1031
            {
                var isAway = database.Dialect.IsAway(e);
                if (isAway || database.Dialect.IsLost(e))
                {
                    batch.IsStuck = isAway;
                    if (stopping.IsCancellationRequested ? tries < TriesAtTheEnd : batch.IsLeased)
                    {
                        await Task.Delay(FirstPause * Math.Min(tries, 8), CancellationToken.None);
                        continue;
                    }
                }
                else if (group.Count > 1)
                {
                    await Alone(batch, group, faults, stopping);
                    return;
                }

                faults.Add(e);
                return;
            }
        }
    }

    /// <summary>Where one of several breaks the change, each is settled alone, so that it breaks nobody else's.</summary>
    private async Task Alone(SettlingBatch batch, IReadOnlyList<HandledMail> group, List<Exception> faults, CancellationToken stopping)
    {
        foreach (var mail in group)
            await Settle(batch, [mail], faults, stopping);
    }

    /// <param name="owner">Who holds the leases.</param>
    /// <param name="group">The mails.</param>
    /// <param name="isAgain">It was tried before, and that may have been committed though its answer was lost.</param>
    private async Task Write(string owner, IReadOnlyList<HandledMail> group, bool isAgain)
    {
        var now = time.GetUtcNow();
        await using var tx = await database.Begin(CancellationToken.None);
        var settled = await outbox.Settle(tx, owner, group.Select(handled => (handled.Mail.Id, handled.Outcome is { } outcome ? Judge(handled.Mail, outcome, now) : null)), CancellationToken.None);
        foreach (var (mail, outcome) in group)
        {
            if (outcome is { Verdict: DeliveryVerdict.Refused, Answer: var answer } && settled.Contains(mail.Id))
                await failures.Note(tx, new(mail.InstitutionId, mail.TokenId, answer, Announce: true), Actor.Job("mail"), now, CancellationToken.None);
        }

        await tx.Commit(CancellationToken.None);
        foreach (var (mail, outcome) in group)
        {
            if (!settled.Contains(mail.Id) && !isAgain)
            {
                LogOvertaken(mail.Id);
            }
            else if (outcome is { } told)
            {
                Log(mail, told);
                meters.Settled(told.Verdict);
            }
        }
    }

    private void Log(LeasedMail mail, DeliveryOutcome outcome)
    {
        if (outcome.Fault is { } fault)
            LogUnsent(mail.Id, outcome.Verdict, mail.Attempt, fault);
        else
            LogSettled(mail.Id, outcome.Verdict, mail.Attempt);
    }

    private static Settlement Judge(LeasedMail mail, DeliveryOutcome outcome, DateTimeOffset now) => outcome.Verdict switch
    {
        DeliveryVerdict.Accepted => new Settlement(MailStatus.Sent, now, now, Answer: null),
        DeliveryVerdict.Refused => new Settlement(MailStatus.Failed, now, SentAt: null, outcome.Answer),
        _ => new Settlement(MailStatus.Queued, Earlier(now + Wait(mail.Attempt, outcome.Verdict), mail.UselessAfter), SentAt: null, outcome.Answer),
    };

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

    [LoggerMessage(Level = LogLevel.Warning, Message = "Mail {MailId}: {Verdict} at attempt {Attempt}, {Fault}")]
    private partial void LogUnsent(string mailId, DeliveryVerdict verdict, int attempt, string fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Mail {MailId}: no longer ours when the sending ended; it was withdrawn, or another worker has it")]
    private partial void LogOvertaken(string mailId);
}

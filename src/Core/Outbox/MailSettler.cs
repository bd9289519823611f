using System.Data.Common;
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

/// <summary>Group commit: all that was sent while one commit was under way is settled in the next.</summary>
public sealed partial class MailSettler(
    Database database, OutboxStore outbox, MailFailures failures, Meters meters, TimeProvider time, ILogger<MailSettler> log)
{
    private const int MaxTries = 3;
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan LongestWaitForServer = TimeSpan.FromMinutes(1);

    /// <summary>Settles mails until no more can come. Nothing ends it before: a mail that was sent and is not settled is sent again.</summary>
    /// <param name="owner">Who leased them.</param>
    /// <param name="handled">The mails, in whichever order.</param>
    /// <exception cref="DbException">Some could not be settled; all others are.</exception>
    public async Task Settle(string owner, ChannelReader<HandledMail> handled)
    {
        var faults = new List<Exception>();
        while (await handled.WaitToReadAsync(CancellationToken.None))
        {
            var group = new List<HandledMail>();
            while (handled.TryRead(out var mail))
                group.Add(mail);
            await Settle(owner, group, MaxTries, faults);
        }

        if (faults.Count > 0)
            ExceptionDispatchInfo.Throw(faults[0]);
    }

    /// <summary>Where one of several breaks the change, each is settled alone, so that it breaks nobody else's.</summary>
    private async Task Settle(string owner, IReadOnlyList<HandledMail> group, int triesLeft, List<Exception> faults)
    {
        try
        {
            await Write(owner, group);
        }
#pragma warning disable CA1031 // whoever waits for the end is told; the others are settled
        catch (Exception e)
#pragma warning restore CA1031
        {
            var passes = e is DbException fault && (database.Dialect.IsLostRace(fault) || database.Dialect.IsTransient(fault));
            if (passes && triesLeft > 1)
                await Settle(owner, group, triesLeft - 1, faults);
            else if (!passes && group.Count > 1)
                await Alone(owner, group, faults);
            else
                faults.Add(e);
        }
    }

    private async Task Alone(string owner, IReadOnlyList<HandledMail> group, List<Exception> faults)
    {
        foreach (var mail in group)
            await Settle(owner, [mail], triesLeft: 1, faults);
    }

    private async Task Write(string owner, IReadOnlyList<HandledMail> group)
    {
        var now = time.GetUtcNow();
        await using var tx = await database.Begin(CancellationToken.None);
        var settled = await outbox.Settle(tx, owner, group.Select(handled => (handled.Mail.Id, handled.Outcome is { } outcome ? Judge(handled.Mail, outcome, now) : null)), CancellationToken.None);
        foreach (var (mail, outcome) in group)
        {
            if (outcome is { Verdict: DeliveryVerdict.Refused, Answer: var answer } && settled.Contains(mail.Id))
                await failures.Note(tx, new(mail.InstitutionId, mail.TokenId, answer, Announce: true), Actor.Job("mail"), now, CancellationToken.None);
        }

        await tx.Commit(settled.Count, CancellationToken.None);
        foreach (var (mail, outcome) in group)
        {
            if (!settled.Contains(mail.Id))
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

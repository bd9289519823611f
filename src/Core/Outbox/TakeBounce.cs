using KenshinOtp.Audit;
using KenshinOtp.Data;

namespace KenshinOtp.Outbox;

/// <summary>What came of a message to the sender address.</summary>
public enum BounceOutcome
{
    /// <summary>The mail it is about has failed.</summary>
    Failed,

    /// <summary>Nothing was changed: the message is longer than any report on a mail of ours.</summary>
    TooLarge,

    /// <summary>Nothing was changed: no delivery report with the Message-ID of a mail.</summary>
    NotAReport,

    /// <summary>Nothing was changed: a delay, a delivery, or a handing on.</summary>
    NotGivenUp,

    /// <summary>Nothing was changed: no mail has this Message-ID.</summary>
    Unknown,

    /// <summary>Nothing was changed: it is known already.</summary>
    AlreadyFailed,

    /// <summary>Nothing was changed: the mail had been withdrawn before it was known to be sent.</summary>
    Withdrawn,

    /// <summary>Nothing was changed: the link in the mail has been used, so it arrived.</summary>
    Arrived,
}

/// <param name="Outcome">What came of it.</param>
/// <param name="MailId">The mail it is about, if there is one.</param>
public sealed record TakenBounce(BounceOutcome Outcome, string? MailId = null);

/// <summary>
/// Takes a message to an institution's sender address and settles the mail that it reports as undeliverable.
/// </summary>
/// <remarks>
/// Anybody may write to that address. Who forges a report must know the Message-ID, in which 62 random bits stand; it is known to the servers on the way, to
/// who received the mail, and, as the row's id, to staff and to readers of the log. All that can be reached with it is that this one mail is shown as failed.
/// A report never makes undone what is proven otherwise: a mail whose link has been used arrived. Of a mail that nobody waits for any more (another took its
/// place, the token is in use, renewed or revoked) the row and the audit trail tell, for staff may ask; the relying party is not told, which would have it
/// warn a user who has long gone on.
/// </remarks>
public sealed class TakeBounceHandler(Database database, Races races, BounceStore bounces, MailFailures failures, TimeProvider time)
{
    /// <summary>A report on a mail of ours has some 5 KB, and its sender may enclose what it likes.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <param name="message">The message as it came, with or without the lines that a mail server puts on top.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<TakenBounce> Handle(Stream message, CancellationToken ct)
    {
        var bytes = new byte[MaxBytes + 1];
        var length = await message.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, ct);
        if (length > MaxBytes)
            return new(BounceOutcome.TooLarge);
        if (!DeliveryReport.TryParse(bytes.AsSpan(0, length), out var report))
            return new(BounceOutcome.NotAReport);
        return report.Failure is { } failure ? await races.Run(_ => Settle(report.MessageId, failure, ct)) : new(BounceOutcome.NotGivenUp);
    }

    private async Task<TakenBounce> Settle(string messageId, string failure, CancellationToken ct)
    {
        await using var tx = await database.Begin(ct);
        var now = time.GetUtcNow();
        if (await bounces.Find(tx, messageId, now, ct) is not { } mail)
            return new(BounceOutcome.Unknown);
        if (Objection(mail) is { } objection)
            return new(objection, mail.Id);
        if (!await bounces.Fail(tx, mail, failure, ct))
            throw new LostRaceException("The mail was settled in between.");

        await failures.Note(tx, new(mail.InstitutionId, mail.TokenId, failure, mail.Awaited), Actor.Job("bounce"), now, ct);
        return await tx.Commit(new TakenBounce(BounceOutcome.Failed, mail.Id), ct);
    }

    private static BounceOutcome? Objection(ReportedMail mail) => mail switch
    {
        { Status: MailStatus.Failed } => BounceOutcome.AlreadyFailed,
        { Status: MailStatus.Superseded } => BounceOutcome.Withdrawn,
        { Arrived: true } => BounceOutcome.Arrived,
        _ => null,
    };
}

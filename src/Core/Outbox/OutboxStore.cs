using KenshinOtp.Data;
using KenshinOtp.Security;
using KenshinOtp.Text;

namespace KenshinOtp.Outbox;

/// <summary>The rows of mails that wait, were sent, or were refused.</summary>
public sealed class OutboxStore(Sealer sealer)
{
    private const int MaxAnswer = 500;

    private const string InsertRow =
        """
        insert into outbox_mail (id, institution_id, token_id, purpose, from_address, from_name, to_address, message_id, subject, body, status,
                                 attempts, next_attempt_at, useless_after, created_at)
        values (@Id, @InstitutionId, @TokenId, @Purpose, @FromAddress, @FromName, @ToAddress, @MessageId, @Subject, @Body, 'queued',
                0, @Now, @UselessAfter, @Now)
        """;

    private const string SupersedeRow =
        """
        update outbox_mail set status = 'superseded', body = null
        where token_id = @TokenId and purpose = @Purpose and status = 'queued'
        """;

    private const string SelectDue =
        """
        select id from outbox_mail
        where status = 'queued' and next_attempt_at <= @Now and (lease_until is null or lease_until <= @Now)
        order by next_attempt_at
        """;

    private const string LeaseRow =
        """
        update outbox_mail set lease_owner = @Owner, lease_until = @Until, attempts = attempts + 1
        where id = @Id and status = 'queued' and next_attempt_at <= @Now and (lease_until is null or lease_until <= @Now)
        """;

    private const string SelectLeased =
        """
        select id, institution_id, token_id, from_address, from_name, to_address, message_id, subject, body, attempts, useless_after
        from outbox_mail where id = @Id and lease_owner = @Owner
        """;

    private const string SettleRow =
        """
        update outbox_mail set status = @Status, body = case when @Status = 'queued' then body else null end, next_attempt_at = @NextAttemptAt,
               sent_at = @SentAt, last_answer = @Answer, lease_owner = null, lease_until = null
        where id = @Id and lease_owner = @Owner and status = 'queued'
        """;

    public async Task<string> Insert(Tx tx, OutboundMail mail, DateTimeOffset now, CancellationToken ct)
    {
        var id = Ids.New(now);
        await tx.Execute(InsertRow, new
        {
            Id = id,
            mail.InstitutionId,
            mail.TokenId,
            Purpose = mail.Purpose.ToRow(),
            mail.FromAddress,
            mail.FromName,
            ToAddress = mail.To.Value,
            MessageId = $"<{id}@{mail.FromAddress[(mail.FromAddress.IndexOf('@', StringComparison.Ordinal) + 1)..]}>",
            mail.Subject,
            Body = sealer.Seal(System.Text.Encoding.UTF8.GetBytes(mail.Body), Place(id)),
            UselessAfter = mail.UselessAfter.ToRow(),
            Now = now.ToRow(),
        }, ct);
        return id;
    }

    /// <summary>Withdraws what has not gone out yet: its content is no longer true.</summary>
    public Task Supersede(Tx tx, string tokenId, MailPurpose purpose, CancellationToken ct) =>
        tx.Execute(SupersedeRow, new { TokenId = tokenId, Purpose = purpose.ToRow() }, ct);

    public Task<IReadOnlyList<string>> Due(Session session, DateTimeOffset now, int limit, CancellationToken ct) =>
        session.List<string>(SelectDue + session.Dialect.Limit(limit), new { Now = now.ToRow() }, ct);

    /// <returns>The mail, or null if another worker was first.</returns>
    public async Task<LeasedMail?> Lease(
        Tx tx, string id, string owner, DateTimeOffset now, TimeSpan length, CancellationToken ct)
    {
        if (await tx.Execute(LeaseRow, new { Id = id, Owner = owner, Now = now.ToRow(), Until = (now + length).ToRow() }, ct) == 0)
            return null;
        var row = await tx.Find<LeasedRow>(SelectLeased, new { Id = id, Owner = owner }, ct)
            ?? throw new InvalidOperationException("A mail just leased is not there.");
        return row.ToDomain();
    }

    /// <summary>The text of a leased mail.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The row was changed, or its master key is not the one that sealed it.</exception>
    /// <exception cref="KeyMissingException">The master key that sealed it is not at hand.</exception>
    public string Open(LeasedMail mail) => System.Text.Encoding.UTF8.GetString(sealer.Open(mail.SealedBody, Place(mail.Id)));

    /// <returns>False if the lease ran out and another worker has taken the mail over.</returns>
    public async Task<bool> Settle(Tx tx, string id, string owner, Settlement settlement, CancellationToken ct) => await tx.Execute(SettleRow, new
    {
        Id = id,
        Owner = owner,
        Status = settlement.Status.ToRow(),
        NextAttemptAt = settlement.NextAttemptAt.ToRow(),
        SentAt = settlement.SentAt.ToRow(),
        Answer = Shortened.To(MaxAnswer, settlement.Answer),
    }, ct) == 1;

    internal static string Place(string id) => $"outbox_mail/{id}/body";

    private sealed class LeasedRow
    {
        public string Id { get; init; } = "";
        public string InstitutionId { get; init; } = "";
        public string? TokenId { get; init; }
        public string FromAddress { get; init; } = "";
        public string FromName { get; init; } = "";
        public string ToAddress { get; init; } = "";
        public string MessageId { get; init; } = "";
        public string Subject { get; init; } = "";
        public string Body { get; init; } = "";
        public int Attempts { get; init; }
        public long UselessAfter { get; init; }

        public LeasedMail ToDomain() => MobileEmail.TryParse(ToAddress, out var to)
            ? new(Id, InstitutionId, TokenId, FromAddress, FromName, to, MessageId, Subject, Body, Attempts, Instants.FromRow(UselessAfter))
            : throw new FormatException("Not an address in a row.");
    }
}

/// <summary>What becomes of a leased mail.</summary>
/// <param name="Status">Sent, failed, or queued again.</param>
/// <param name="NextAttemptAt">When it is tried next, if it is queued again.</param>
/// <param name="SentAt">When the server took it.</param>
/// <param name="Answer">The server's words.</param>
public sealed record Settlement(MailStatus Status, DateTimeOffset NextAttemptAt, DateTimeOffset? SentAt, string? Answer);

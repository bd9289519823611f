using KenshinOtp.Data;
using KenshinOtp.Security;
using KenshinOtp.Text;

namespace KenshinOtp.Outbox;

/// <summary>The rows of mails that wait, were sent, or were refused.</summary>
public sealed class OutboxStore(Sealer sealer)
{
    /// <summary>So much of a mail server's answer is kept.</summary>
    internal const int MaxAnswer = 500;

    private const string InsertRow =
        """
        insert into outbox_mail (id, institution_id, token_id, purpose, from_address, from_name, to_address, message_id, subject, body, status,
                                 attempts, next_attempt_at, useless_after, created_at)
        values (@Id, @InstitutionId, @TokenId, @Purpose, @FromAddress, @FromName, @ToAddress, @MessageId, @Subject, @Body, 'queued',
                0, @Due, @UselessAfter, @Due)
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

    private const string GiveBackRow =
        """
        update outbox_mail set attempts = attempts - 1, lease_owner = null, lease_until = null
        where id = @Id and lease_owner = @Owner and status = 'queued'
        """;

    private static readonly Statement<LeaseArgs> LeaseEach = new(LeaseRow);
    private static readonly Statement<LeaseArgs> SelectEach = new(SelectLeased);
    private static readonly Statement<SettleArgs> SettleEach = new(SettleRow);
    private static readonly Statement<SettleArgs> GiveBackEach = new(GiveBackRow);

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
            Due = (mail.NotBefore ?? now).ToRow(), // one that is to go out later counts as made then
        }, ct);
        return id;
    }

    /// <summary>Withdraws what has not gone out yet: its content is no longer true.</summary>
    public Task Supersede(Tx tx, string tokenId, MailPurpose purpose, CancellationToken ct) =>
        tx.Execute(SupersedeRow, new { TokenId = tokenId, Purpose = purpose.ToRow() }, ct);

    public Task<IReadOnlyList<string>> Due(Session session, DateTimeOffset now, int limit, CancellationToken ct) =>
        session.List<string>(SelectDue + session.Dialect.Limit(limit), new { Now = now.ToRow() }, ct);

    /// <summary>Leases mails. Of those that another worker took first nothing is returned.</summary>
    /// <returns>The mails that are now ours, in the order of <paramref name="ids"/>.</returns>
    public async Task<IReadOnlyList<LeasedMail>> Lease(
        Tx tx, IReadOnlyList<string> ids, string owner, DateTimeOffset now, TimeSpan length, CancellationToken ct)
    {
        // By id, as everybody who changes several mails: two workers never wait for each other.
        var wanted = ids.Order(StringComparer.Ordinal).Select(id => new LeaseArgs(id, owner, now.ToRow(), (now + length).ToRow())).ToList();
        var affected = await tx.ExecuteEach(wanted.ConvertAll(LeaseEach.With), ct);
        var ours = wanted.Where((_, i) => affected[i] == 1).ToDictionary(args => args.Id, StringComparer.Ordinal);
        var (rows, _) = await tx.RoundTrip<LeasedRow>([.. ids.Where(ours.ContainsKey).Select(id => SelectEach.With(ours[id]))], [], ct);
        return Array.ConvertAll(rows, row => row?.ToDomain() ?? throw new InvalidOperationException("A mail just leased is not there."));
    }

    /// <summary>The text of a leased mail.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The row was changed, or its master key is not the one that sealed it.</exception>
    /// <exception cref="KeyMissingException">The master key that sealed it is not at hand.</exception>
    public string Open(LeasedMail mail) => System.Text.Encoding.UTF8.GetString(sealer.Open(mail.SealedBody, Place(mail.Id)));

    /// <summary>Ends leases.</summary>
    /// <param name="tx">The change.</param>
    /// <param name="owner">Who holds the leases.</param>
    /// <param name="mails">What becomes of each; a mail without a settlement waits on as if it had never been leased.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The ids of those whose lease still held: the others were withdrawn, or another worker has taken them over.</returns>
    public async Task<IReadOnlySet<string>> Settle(Tx tx, string owner, IEnumerable<(string Id, Settlement? Settlement)> mails, CancellationToken ct)
    {
        var calls = mails.OrderBy(mail => mail.Id, StringComparer.Ordinal).Select(mail => mail.Settlement is { } settlement
            ? SettleEach.With(SettleArgs.Of(mail.Id, owner, settlement))
            : GiveBackEach.With(new() { Id = mail.Id, Owner = owner })).ToList();
        var affected = await tx.ExecuteEach(calls, ct);
        return calls.Where((_, i) => affected[i] == 1).Select(call => ((SettleArgs)call.Row).Id).ToHashSet(StringComparer.Ordinal);
    }

    internal static string Place(string id) => $"outbox_mail/{id}/body";

    private sealed record LeaseArgs(string Id, string Owner, long Now, long Until);

    private sealed class SettleArgs
    {
        public required string Id { get; init; }
        public required string Owner { get; init; }
        public string Status { get; init; } = "";
        public long NextAttemptAt { get; init; }
        public long? SentAt { get; init; }
        public string? Answer { get; init; }

        public static SettleArgs Of(string id, string owner, Settlement settlement) => new()
        {
            Id = id,
            Owner = owner,
            Status = settlement.Status.ToRow(),
            NextAttemptAt = settlement.NextAttemptAt.ToRow(),
            SentAt = settlement.SentAt.ToRow(),
            Answer = Shortened.To(MaxAnswer, settlement.Answer),
        };
    }

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

        public LeasedMail ToDomain() =>
            new(Id, InstitutionId, TokenId, FromAddress, FromName, ToAddress, MessageId, Subject, Body, Attempts, Instants.FromRow(UselessAfter));
    }
}

/// <summary>What becomes of a leased mail.</summary>
/// <param name="Status">Sent, failed, or queued again.</param>
/// <param name="NextAttemptAt">When it is tried next, if it is queued again.</param>
/// <param name="SentAt">When the server took it.</param>
/// <param name="Answer">The server's words.</param>
public sealed record Settlement(MailStatus Status, DateTimeOffset NextAttemptAt, DateTimeOffset? SentAt, string? Answer);

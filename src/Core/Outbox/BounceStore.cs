using KenshinOtp.Data;
using KenshinOtp.Text;
using KenshinOtp.Tokens;

namespace KenshinOtp.Outbox;

/// <summary>A mail of which a report has come back, and what has become of its token meanwhile.</summary>
public sealed record ReportedMail
{
    public required string Id { get; init; }

    public required string InstitutionId { get; init; }

    public required string? TokenId { get; init; }

    public required MailPurpose Purpose { get; init; }

    public required MailStatus Status { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Whether it brings the link that is in force.</summary>
    public required bool Newest { get; init; }

    /// <summary>The state that counts now; null where it is about no token.</summary>
    public required TokenStatus? TokenStatus { get; init; }

    public required DateTimeOffset? ActivatedAt { get; init; }

    /// <summary>Since when the renewal is open; null once it is done.</summary>
    public required DateTimeOffset? RenewalOpenedAt { get; init; }

    /// <summary>Its link has been used: it arrived, whatever a report says.</summary>
    public bool Arrived => Purpose == MailPurpose.Download && Newest && ActivatedAt >= CreatedAt;

    /// <summary>Somebody still waits for it: no later mail took its place, and what it asks for has not been done.</summary>
    public bool Awaited => Purpose == MailPurpose.Download
        ? Newest && TokenStatus is (Tokens.TokenStatus.Issued or Tokens.TokenStatus.Activated)
        : TokenStatus is not Tokens.TokenStatus.Revoked && RenewalOpenedAt <= CreatedAt;
}

/// <summary>The rows of mails that come back.</summary>
public sealed class BounceStore
{
    // By the id in the Message-ID, for that is what an index leads to; the comparison of the whole is the proof.
    private const string SelectReported =
        $"""
        select m.id, m.institution_id, m.token_id, m.purpose, m.status, m.created_at, case when i.mail_id = m.id then 1 else 0 end as newest,
               {TokenListStore.StateNow} as token_status, t.activated_at, case when t.next_secret is null then t.renewal_opened_at end as renewal_opened_at
        from outbox_mail m left join token t on t.id = m.token_id left join issuance i on i.token_id = m.token_id
        where m.id = @Id and m.message_id = @MessageId
        """;

    // Also one that still waits: the worker died, or has not come to it, between sending and settling. Nothing is to be sent again.
    private const string FailRow =
        """
        update outbox_mail set status = 'failed', body = null, last_answer = @Answer, lease_owner = null, lease_until = null
        where id = @Id and status in ('queued', 'sent')
        """;

    /// <param name="session">Where.</param>
    /// <param name="messageId">The Message-ID, with its angle brackets.</param>
    /// <param name="now">The instant at which the token's state counts.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<ReportedMail?> Find(Session session, string messageId, DateTimeOffset now, CancellationToken ct)
    {
        var id = messageId[1..].Split('@')[0];
        return (await session.Find<Row>(SelectReported, new { Id = id, MessageId = messageId, Now = now.ToRow() }, ct))?.ToDomain();
    }

    /// <returns>False if it has failed already or was withdrawn.</returns>
    public async Task<bool> Fail(Tx tx, ReportedMail mail, string answer, CancellationToken ct) =>
        await tx.Execute(FailRow, new { mail.Id, Answer = Shortened.To(OutboxStore.MaxAnswer, answer) }, ct) == 1;

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string InstitutionId { get; init; } = "";
        public string? TokenId { get; init; }
        public string Purpose { get; init; } = "";
        public string Status { get; init; } = "";
        public long CreatedAt { get; init; }
        public int Newest { get; init; }
        public string? TokenStatus { get; init; }
        public long? ActivatedAt { get; init; }
        public long? RenewalOpenedAt { get; init; }

        public ReportedMail ToDomain() => new()
        {
            Id = Id,
            InstitutionId = InstitutionId,
            TokenId = TokenId,
            Purpose = EnumNames.Parse<MailPurpose>(Purpose),
            Status = EnumNames.Parse<MailStatus>(Status),
            CreatedAt = Instants.FromRow(CreatedAt),
            Newest = Newest == 1,
            TokenStatus = TokenStatus is null ? null : EnumNames.Parse<TokenStatus>(TokenStatus),
            ActivatedAt = Instants.FromRow(ActivatedAt),
            RenewalOpenedAt = Instants.FromRow(RenewalOpenedAt),
        };
    }
}

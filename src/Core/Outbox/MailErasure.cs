using KenshinOtp.Data;

namespace KenshinOtp.Outbox;

/// <summary>
/// Erases to whom mails of long ago went and what the servers said. The rows stay: issuances refer to them, and there is no index by which a database could
/// prove of each that none does.
/// </summary>
public sealed class MailErasure
{
    private static readonly string[] Settled = [MailStatus.Sent.ToRow(), MailStatus.Failed.ToRow(), MailStatus.Superseded.ToRow()];

    // Of a settled mail next_attempt_at is when it was settled or was due last; 0 says that nothing is left to erase, so that no round walks over what is done.
    private const string SelectOld =
        "select id from outbox_mail where status = @Status and next_attempt_at > 0 and next_attempt_at <= @Before order by next_attempt_at";

    private const string EraseRow =
        """
        update outbox_mail set to_address = '', last_answer = null, next_attempt_at = 0
        where id = @Id and next_attempt_at > 0 and status in ('sent', 'failed', 'superseded')
        """;

    private static readonly Statement<Args> EraseEach = new(EraseRow);

    /// <summary>Erases a batch of mails that were settled before an instant.</summary>
    /// <returns>The number of mails; 0 if none is left, or another worker has the batch in hand.</returns>
    public async Task<int> Erase(Tx tx, DateTimeOffset before, int limit, CancellationToken ct)
    {
        foreach (var status in Settled)
        {
            var ids = await tx.List<string>(SelectOld + tx.Dialect.Limit(limit), new { Status = status, Before = before.ToRow() }, ct);
            if (ids.Count == 0)
                continue;
            // By id, as everybody who changes several mails: two workers never wait for each other.
            var affected = await tx.ExecuteEach([.. ids.Order(StringComparer.Ordinal).Select(id => EraseEach.With(new(id)))], ct);
            return affected.Sum();
        }

        return 0;
    }

    private sealed record Args(string Id);
}

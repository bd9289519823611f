using KenshinOtp.Audit;
using KenshinOtp.Data;
using KenshinOtp.Housekeeping;
using KenshinOtp.Tokens;

namespace KenshinOtp.Telemetry;

/// <summary>The state of the work, as the database has it.</summary>
/// <param name="MailsWaiting">Mails that have not left: due, or to be tried later.</param>
/// <param name="OldestMailAt">When the one that waits longest was queued; null where none waits.</param>
/// <param name="MailsFailed">Mails refused for good or returned, for which somebody still waits.</param>
/// <param name="SealedAt">When the newest seal of the audit trail was made; null where there is none.</param>
/// <param name="UnsealedSince">When the oldest entry was written that no seal covers; null where all are sealed.</param>
/// <param name="GoodRounds">Job → the end of its last good round; jobs that never had one are absent.</param>
public sealed record Backlog(
    long MailsWaiting, DateTimeOffset? OldestMailAt, long MailsFailed, DateTimeOffset? SealedAt, DateTimeOffset? UnsealedSince,
    IReadOnlyDictionary<string, DateTimeOffset> GoodRounds);

/// <summary>What the centre holds.</summary>
/// <param name="Tokens">State as stored → number of tokens.</param>
/// <param name="Institutions">Number of institutions.</param>
/// <param name="MigratedAt">When its schema was changed last.</param>
public sealed record Holdings(IReadOnlyDictionary<string, long> Tokens, long Institutions, DateTimeOffset MigratedAt);

/// <summary>What the database tells whoever watches. It needs no key.</summary>
public sealed class WatchStore(JobRuns rounds, AuditSeals seals)
{
    // A round of sealing covers what was committed while it looked; what is younger than that is not called unsealed on a guess.
    private static readonly TimeSpan LongestSealing = TimeSpan.FromMinutes(1);

    private const string SelectWaiting = "select count(*) as mails, min(created_at) as oldest from outbox_mail where status = 'queued'";

    // As the staff's page of deliveries counts: who waits for a mail that failed.
    private const string CountFailed =
        $"""
        select count(*) from outbox_mail m join issuance i on i.mail_id = m.id and i.token_id = m.token_id join token t on t.id = m.token_id
        where m.status = 'failed' and {TokenListStore.AwaitsConfirmation}
        """;

    private const string SelectEntryAfter = "select occurred_at from audit_entry where id > @After and occurred_at > @Since order by id";
    private const string SelectActivation = "select max(occurred_at) from audit_entry where institution_id = '' and action = 'keys.activated' and detail = @Detail";
    private const string CountTokens = "select status, count(*) as tokens from token group by status";
    private const string CountInstitutions = "select count(*) from institution";
    private const string SelectMigrated = "select max(applied_at) from schema_version";

    /// <summary>A few look-ups in indexes, but for the mails that wait or have failed: those are counted.</summary>
    public async Task<Backlog> Backlog(Session session, DateTimeOffset now, CancellationToken ct)
    {
        var waiting = await session.Find<WaitingRow>(SelectWaiting, args: null, ct) ?? new WaitingRow();
        var failed = await session.Find<long>(CountFailed, new { Now = now.ToRow() }, ct);
        var newest = await seals.Newest(session, ct);
        var sealedUpTo = newest is null ? DateTimeOffset.UnixEpoch : Instants.FromRow(newest.SealedAt) + LongestSealing;
        var unsealed = await session.List<long>(
            SelectEntryAfter + session.Dialect.Limit(1), new { After = Ids.Beginning(sealedUpTo), Since = sealedUpTo.ToRow() }, ct);
        return new(
            waiting.Mails,
            Instants.FromRow(waiting.Oldest),
            failed,
            newest is null ? null : Instants.FromRow(newest.SealedAt),
            unsealed.Count == 0 ? null : Instants.FromRow(unsealed[0]),
            await rounds.LastGood(session, ct));
    }

    /// <returns>When the rotation to a key began; null where the entry of that is in an archive by now.</returns>
    public async Task<DateTimeOffset?> RotatingSince(Session session, string keyId, CancellationToken ct) =>
        Instants.FromRow(await session.Find<long?>(SelectActivation, new { Detail = $"key={keyId}" }, ct));

    /// <summary>Goes through all tokens: a second for a million of them.</summary>
    public async Task<Holdings> Holdings(Session session, CancellationToken ct) => new(
        (await session.List<TokensRow>(CountTokens, args: null, ct)).OrderBy(row => row.Status, StringComparer.Ordinal)
            .ToDictionary(row => row.Status, row => row.Tokens, StringComparer.Ordinal),
        await session.Find<long>(CountInstitutions, args: null, ct),
        Instants.FromRow(await session.Find<long>(SelectMigrated, args: null, ct)));

    private sealed class WaitingRow
    {
        public long Mails { get; init; }
        public long? Oldest { get; init; }
    }

    private sealed class TokensRow
    {
        public string Status { get; init; } = "";
        public long Tokens { get; init; }
    }
}

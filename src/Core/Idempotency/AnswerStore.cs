using KenshinOtp.Data;

namespace KenshinOtp.Idempotency;

/// <summary>What at most one answer is remembered for.</summary>
/// <param name="ClientId">The API key's id.</param>
/// <param name="KeyHash">Hash of the Idempotency-Key.</param>
public sealed record AnswerKey(string ClientId, string KeyHash);

/// <summary>The answer that a call was given.</summary>
/// <param name="Fingerprint">Of the call it was given to: a keyed hash of method, path and body, for the body may hold a PIN, which a plain hash would not hide.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="ContentType">Of the body.</param>
/// <param name="Body">The body; it never holds a secret.</param>
public sealed record StoredAnswer(string Fingerprint, int Status, string ContentType, string Body);

/// <summary>Answers remembered for 24 hours, so that a repeated call is answered alike and changes nothing again.</summary>
public sealed class AnswerStore
{
    public static readonly TimeSpan Life = TimeSpan.FromHours(24);

    private const string SelectRow =
        "select fingerprint, status, content_type, body, created_at from idempotent_answer where client_id = @ClientId and key_hash = @KeyHash";

    private const string SelectKey = "select client_id, key_hash from idempotent_answer where client_id = @ClientId and key_hash = @KeyHash";

    private const string InsertRow =
        """
        insert into idempotent_answer (client_id, key_hash, fingerprint, status, content_type, body, created_at)
        values (@ClientId, @KeyHash, @Fingerprint, @Status, @ContentType, @Body, @CreatedAt)
        """;

    private const string SelectOld = "select created_at from idempotent_answer where created_at <= @Before order by created_at";
    private const string DeleteOld = "delete from idempotent_answer where created_at <= @UpTo";
    private const string DeleteRow = "delete from idempotent_answer where client_id = @ClientId and key_hash = @KeyHash and created_at <= @Before";

    /// <summary>Where a sealed body stands.</summary>
    public static string Place(AnswerKey key) => $"idempotent_answer/{key.ClientId}/{key.KeyHash}";

    private static readonly Statement<AnswerKey> KeyTaken = new(SelectKey);
    private static readonly Statement<NewRow> InsertEach = new(InsertRow);

    /// <summary>Finds a row where a call under this key has been answered, however long ago.</summary>
    public static Call Taken(AnswerKey key) => KeyTaken.With(key);

    /// <returns>The answer, and whether it counts no more: then it stands in the way of another under its key. Null where there is none.</returns>
    public async Task<(StoredAnswer Answer, bool IsStale)?> Find(Session session, AnswerKey key, DateTimeOffset now, CancellationToken ct) =>
        await session.Find<Row>(SelectRow, key, ct) is { } row
            ? (new(row.Fingerprint, row.Status, row.ContentType, row.Body), row.CreatedAt <= (now - Life).ToRow())
            : null;

    /// <summary>Whether answers are written with a commit: a unique violation of it means that one of them is there already.</summary>
    public static bool AreIn(Tx tx) => tx.Inserts(InsertEach);

    /// <summary>Has an answer written with the commit, which is a unique violation where one is there: the same call was answered at this very moment.</summary>
    public void Insert(Tx tx, AnswerKey key, StoredAnswer answer, DateTimeOffset now) => tx.InsertLast(InsertEach,
    [
        new()
        {
            ClientId = key.ClientId,
            KeyHash = key.KeyHash,
            Fingerprint = answer.Fingerprint,
            Status = answer.Status,
            ContentType = answer.ContentType,
            Body = answer.Body,
            CreatedAt = now.ToRow(),
        },
    ]);

    /// <summary>Makes room for another answer where one counts no more.</summary>
    public Task DeleteStale(Tx tx, AnswerKey key, DateTimeOffset now, CancellationToken ct) =>
        tx.Execute(DeleteRow, new { key.ClientId, key.KeyHash, Before = (now - Life).ToRow() }, ct);

    /// <summary>Forgets some of the answers given before an instant.</summary>
    /// <returns>How many: some <paramref name="limit"/>, with those of the same millisecond; fewer when no more are left.</returns>
    public async Task<int> DeleteBefore(Tx tx, DateTimeOffset before, int limit, CancellationToken ct)
    {
        var old = await tx.List<long>(SelectOld + tx.Dialect.Limit(limit), new { Before = before.ToRow() }, ct);
        return old.Count == 0 ? 0 : await tx.Execute(DeleteOld, new { UpTo = old[^1] }, ct);
    }

    private sealed class NewRow
    {
        public required string ClientId { get; init; }
        public required string KeyHash { get; init; }
        public required string Fingerprint { get; init; }
        public required int Status { get; init; }
        public required string ContentType { get; init; }
        public required string Body { get; init; }
        public required long CreatedAt { get; init; }
    }

    private sealed class Row
    {
        public string Fingerprint { get; init; } = "";
        public int Status { get; init; }
        public string ContentType { get; init; } = "";
        public string Body { get; init; } = "";
        public long CreatedAt { get; init; }
    }
}

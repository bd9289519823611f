using System.Globalization;
using System.Text.Json;
using KenshinOtp.Data;

namespace KenshinOtp.Audit;

/// <summary>The end of a chain at the time of a seal.</summary>
public sealed record SealedHead(string Chain, string Institution, long Position, string Mac);

/// <summary>A row that fixes the ends of all chains that had grown since the seal before.</summary>
public sealed record AuditSeal
{
    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web);

    public long Position { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public long SealedAt { get; init; }

    /// <summary>As JSON, exactly as it was signed.</summary>
    public string Heads { get; init; } = "";

    public string Mac { get; init; } = "";

    public static string Write(IEnumerable<SealedHead> heads) => JsonSerializer.Serialize(heads, Form);

    public IReadOnlyList<SealedHead> ReadHeads() => JsonSerializer.Deserialize<List<SealedHead>>(Heads, Form) ?? [];

    public string?[] Content(string? previousMac) =>
        ["seal", Position.ToString(CultureInfo.InvariantCulture), SealedAt.ToString(CultureInfo.InvariantCulture), Heads, previousMac];
}

/// <summary>The seals: one sequence for the whole database.</summary>
public sealed class AuditSeals
{
    /// <summary>The name under which the sequence has its base.</summary>
    public const string Chain = "seal";

    private const string Columns = "position, sealed_at, heads, mac";
    private const string InsertRow = $"insert into audit_seal ({Columns}) values (@Position, @SealedAt, @Heads, @Mac)";
    private const string SelectNewest = $"select {Columns} from audit_seal order by position desc";
    private const string SelectPage = $"select {Columns} from audit_seal where position > @After order by position";
    private const string SelectMac = "select mac from audit_seal where position = @Position";
    private const string SelectFirstSince = "select min(position) from audit_seal where sealed_at >= @Since";
    private const string DeleteUpTo = "delete from audit_seal where position <= @Position";

    public Task Insert(Tx tx, AuditSeal seal, CancellationToken ct) => tx.Execute(InsertRow, seal, ct);

    public async Task<AuditSeal?> Newest(Session session, CancellationToken ct) =>
        (await session.List<AuditSeal>(SelectNewest + session.Dialect.Limit(1), args: null, ct)).FirstOrDefault();

    public Task<IReadOnlyList<AuditSeal>> Page(Session session, long after, int rows, CancellationToken ct) =>
        session.List<AuditSeal>(SelectPage + session.Dialect.Limit(rows), new { After = after }, ct);

    public Task<string?> MacAt(Session session, long position, CancellationToken ct) =>
        session.Find<string>(SelectMac, new { Position = position }, ct);

    /// <returns>The first seal of that time or later; null if there is none.</returns>
    public Task<long?> FirstSince(Session session, DateTimeOffset since, CancellationToken ct) =>
        session.Find<long?>(SelectFirstSince, new { Since = since.ToRow() }, ct);

    public Task Delete(Tx tx, long upTo, CancellationToken ct) => tx.Execute(DeleteUpTo, new { Position = upTo }, ct);
}

using System.Collections.Concurrent;
using KenshinOtp.Audit;
using KenshinOtp.Data;
using KenshinOtp.Results;
using KenshinOtp.Security;

namespace KenshinOtp.Institutions;

/// <summary>A key with which a relying party calls: it names the institution.</summary>
public sealed record ApiKey(string Id, string Name, Institution Institution);

/// <summary>A key in a list for whoever reviews what has access.</summary>
/// <param name="Institution">The institution's code.</param>
/// <param name="Name">The key's name.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="RevokedAt">When it became invalid; null while it is valid.</param>
public sealed record ListedKey(string Institution, string Name, DateTimeOffset CreatedAt, DateTimeOffset? RevokedAt);

/// <summary>API keys: 256 random bits, stored as a hash, shown once.</summary>
public sealed class ApiKeys(Database database, InstitutionStore institutions, Journal journal, TimeProvider time)
{
    private const int KeyBytes = 32, MaxNameLength = 60;
    private const string Prefix = "kotp_";
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, Remembered> _remembered = new(StringComparer.Ordinal);

    private const string InsertRow =
        "insert into api_key (id, institution_id, name, key_hash, created_at) values (@Id, @InstitutionId, @Name, @KeyHash, @CreatedAt)";

    private const string SelectByHash =
        "select id, institution_id, name from api_key where key_hash = @KeyHash and revoked_at is null";

    private const string SelectById = "select id, institution_id, name from api_key where id = @Id and revoked_at is null";

    private const string RevokeRow =
        "update api_key set revoked_at = @Now where institution_id = @InstitutionId and name = @Name and revoked_at is null";

    private const string CountByName =
        "select count(*) from api_key where institution_id = @InstitutionId and name = @Name and revoked_at is null";

    private const string SelectAll =
        """
        select i.code as institution, k.name, k.created_at, k.revoked_at from api_key k join institution i on i.id = k.institution_id
        where @InstitutionId is null or k.institution_id = @InstitutionId
        order by i.code, k.name, k.created_at
        """;

    /// <param name="institutionId">One institution's keys; null for all.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<IReadOnlyList<ListedKey>> All(string? institutionId, CancellationToken ct)
    {
        await using var session = await database.Read(ct);
        return [.. (await session.List<ListedRow>(SelectAll, new { InstitutionId = institutionId }, ct)).Select(row => row.ToDomain())];
    }

    /// <returns>The key, which is shown this once and never again.</returns>
    public async Task<Result<string>> Add(InstitutionCode code, string name, CancellationToken ct)
    {
        var errors = new FieldErrors();
        errors.Line("name", name, MaxNameLength);
        if (errors.Any)
            return errors.ToProblem();
        var now = time.GetUtcNow();
        await using var tx = await database.Begin(ct);
        await institutions.Hold(tx, code, ct);
        var named = await institutions.Named(tx, code, ct);
        if (!named.Succeeded(out var institution, out var problem))
            return problem;
        if (await tx.Find<long>(CountByName, new { InstitutionId = institution.Id, Name = name }, ct) > 0)
            return Problem.Conflict("api_key_exists", $"The institution already has an API key named '{name}'.");

        var key = BearerCode.Random(KeyBytes, Prefix);
        await tx.Execute(InsertRow, new { Id = Ids.New(now), InstitutionId = institution.Id, Name = name, KeyHash = key.Hash, CreatedAt = now.ToRow() }, ct);
        await journal.Write(tx, new Entry("apiKey.added", Actor.Operator, institution.Id) { Detail = name }, now, ct);
        return await tx.Commit(key.Reveal(), ct);
    }

    public async Task<Result<string>> Revoke(InstitutionCode code, string name, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var tx = await database.Begin(ct);
        var named = await institutions.Named(tx, code, ct);
        if (!named.Succeeded(out var institution, out var problem))
            return problem;
        if (await tx.Execute(RevokeRow, new { InstitutionId = institution.Id, Name = name, Now = now.ToRow() }, ct) == 0)
            return Problem.NotFound("api_key_not_found", $"The institution has no valid API key named '{name}'.");
        await journal.Write(tx, new Entry("apiKey.revoked", Actor.Operator, institution.Id) { Detail = name }, now, ct);
        return await tx.Commit(name, ct);
    }

    /// <summary>Whether it has opened something here, and has not been found to open nothing since.</summary>
    public bool Knows(BearerCode key) => _remembered.ContainsKey(key.Hash);

    /// <returns>The key's name and institution, or null if it opens nothing.</returns>
    public async Task<ApiKey?> Find(BearerCode key, CancellationToken ct)
    {
        var hash = key.Hash;
        var found = await Find(SelectByHash, new { KeyHash = hash }, ct);
        if (found is null)
            _remembered.TryRemove(hash, out _);
        else
            _remembered[hash] = new(found, time.GetTimestamp());
        return found;
    }

    /// <summary>As <see cref="Find(BearerCode, CancellationToken)"/>, or what that said some seconds ago: for callers that have it confirmed by the statement that acts on it.</summary>
    public async ValueTask<ApiKey?> Recall(BearerCode key, CancellationToken ct) =>
        _remembered.TryGetValue(key.Hash, out var known) && time.GetElapsedTime(known.At) < Life ? known.Key : await Find(key, ct);

    /// <summary>The key as it is now; null if it opens nothing any more.</summary>
    public async Task<ApiKey?> Refresh(string id, CancellationToken ct)
    {
        var fresh = await Find(SelectById, new { Id = id }, ct);
        foreach (var (hash, known) in _remembered)
        {
            if (known.Key.Id != id)
                continue;
            if (fresh is null)
                _remembered.TryRemove(hash, out _);
            else
                _remembered.TryUpdate(hash, new(fresh, time.GetTimestamp()), known); // unless somebody has found meanwhile that it opens nothing
        }

        return fresh;
    }

    private async Task<ApiKey?> Find(string sql, object args, CancellationToken ct)
    {
        await using var session = await database.Read(ct);
        if (await session.Find<Row>(sql, args, ct) is not { } row
            || await institutions.ById(session, row.InstitutionId, ct) is not { } institution)
            return null;
        return new ApiKey(row.Id, row.Name, institution);
    }

    private readonly record struct Remembered(ApiKey Key, long At);

    private sealed class ListedRow
    {
        public string Institution { get; init; } = "";
        public string Name { get; init; } = "";
        public long CreatedAt { get; init; }
        public long? RevokedAt { get; init; }

        public ListedKey ToDomain() => new(Institution, Name, Instants.FromRow(CreatedAt), Instants.FromRow(RevokedAt));
    }

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string InstitutionId { get; init; } = "";
        public string Name { get; init; } = "";
    }
}

using System.Text.Json;
using KenshinOtp.Data;
using KenshinOtp.Results;

namespace KenshinOtp.Institutions;

public sealed class InstitutionStore
{
    private const string Select = "select id, code, name, preset, policy from institution";
    private const string SelectAll = Select + " order by code";
    private const string SelectByCode = Select + " where code = @Code";
    private const string SelectById = Select + " where id = @Id";

    private const string InsertRow =
        "insert into institution (id, code, name, preset, policy, created_at) values (@Id, @Code, @Name, @Preset, @Policy, @CreatedAt)";

    private const string InsertEventHead = "insert into event_head (institution_id, position) values (@Id, 0)";

    private const string HoldRow = "update institution set policy = policy where code = @Code";

    private const string UpdatePolicy = "update institution set policy = @Policy where id = @Id";

    public async Task<IReadOnlyList<Institution>> All(Session session, CancellationToken ct) =>
        [.. (await session.List<Row>(SelectAll, args: null, ct)).Select(row => row.ToDomain())];

    public async Task<Institution?> ByCode(Session session, InstitutionCode code, CancellationToken ct) =>
        (await session.Find<Row>(SelectByCode, new { Code = code.ToString() }, ct))?.ToDomain();

    public async Task<Institution?> ById(Session session, string id, CancellationToken ct) =>
        (await session.Find<Row>(SelectById, new { Id = id }, ct))?.ToDomain();

    /// <summary>The institution that an operator names.</summary>
    public async Task<Result<Institution>> Named(Session session, InstitutionCode code, CancellationToken ct) =>
        await ByCode(session, code, ct) is { } institution ? institution : Unknown(code.ToString());

    /// <summary>The same by what was typed: what is no code names no institution.</summary>
    public async Task<Result<Institution>> Named(Session session, string code, CancellationToken ct) =>
        InstitutionCode.TryParse(code, out var parsed) ? await Named(session, parsed, ct) : Unknown(code);

    public async Task Insert(Tx tx, Institution institution, DateTimeOffset now, CancellationToken ct)
    {
        await tx.Execute(InsertRow, new
        {
            institution.Id,
            Code = institution.Code.ToString(),
            institution.Name,
            institution.Preset,
            Policy = Write([], institution.Policy),
            CreatedAt = now.ToRow(),
        }, ct);
        await tx.Execute(InsertEventHead, new { institution.Id }, ct);
    }

    /// <summary>Takes the row's lock, where the engine has such locks, until the end of the change: who comes second reads what the first wrote.</summary>
    public Task Hold(Tx tx, InstitutionCode code, CancellationToken ct) => tx.Execute(HoldRow, new { Code = code.ToString() }, ct);

    /// <returns>The institution as it is from then on.</returns>
    public async Task<Institution> ChangePolicy(Tx tx, Institution institution, Policy policy, CancellationToken ct)
    {
        var stored = Write(Pairs(institution.StoredPolicy), policy);
        await tx.Execute(UpdatePolicy, new { institution.Id, Policy = stored }, ct);
        return institution with { Policy = policy, StoredPolicy = stored };
    }

    private static Problem Unknown(string code) => Problem.NotFound("institution_not_found", $"No institution has the code {code}.");

    /// <summary>A policy over what is stored: keys that a later version has set stay as they are.</summary>
    private static string Write(Dictionary<string, string> pairs, Policy policy)
    {
        foreach (var key in PolicyKeys.All)
            pairs[key.Name] = key.Read(policy);
        return JsonSerializer.Serialize(pairs);
    }

    /// <summary>The stored values over the preset's: a key that is not stored yet has the preset's value.</summary>
    private static Policy Read(string preset, string json)
    {
        var (policy, stored) = (Presets.Find(preset) ?? throw new FormatException($"Unknown preset '{preset}' in a row."), Pairs(json));
        foreach (var key in PolicyKeys.All)
        {
            if (stored.TryGetValue(key.Name, out var text) && text != key.Read(policy))
                policy = key.TrySet(policy, text) ?? throw new FormatException($"Not a value of {key.Name} in a row.");
        }

        return policy;
    }

    private static Dictionary<string, string> Pairs(string json) => JsonSerializer.Deserialize<Dictionary<string, string>>(json) ?? [];

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string Code { get; init; } = "";
        public string Name { get; init; } = "";
        public string Preset { get; init; } = "";
        public string Policy { get; init; } = "";

        public Institution ToDomain() => InstitutionCode.TryParse(Code, out var code)
            ? new(Id, code, Name, Preset, Read(Preset, Policy)) { StoredPolicy = Policy }
            : throw new FormatException("Not an institution's code in a row.");
    }
}

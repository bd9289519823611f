using KenshinOtp.Audit;
using KenshinOtp.Data;
using KenshinOtp.Results;

namespace KenshinOtp.Institutions;

/// <summary>What operators do to institutions: add one, list them, show and change a policy.</summary>
public sealed class InstitutionDesk(Database database, Races races, InstitutionStore institutions, Journal journal, TimeProvider time)
{
    private const int MaxNameLength = 60;

    /// <param name="code">Four digits.</param>
    /// <param name="name">As customers read it, at most 60 characters.</param>
    /// <param name="preset">The policy to start from.</param>
    /// <param name="mailFrom">The sender of its mails; null for a made-up one that no server delivers from.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<Result<Institution>> Add(string code, string name, string preset, string? mailFrom, CancellationToken ct)
    {
        var errors = new FieldErrors();
        var parsed = errors.Read<InstitutionCode>("code", code, InstitutionCode.TryParse, "code must be 4 digits.");
        errors.Line("name", name, MaxNameLength);
        var policy = Presets.Find(preset);
        if (policy is null)
            errors.Add("preset", $"preset must be one of {string.Join(", ", Presets.Names)}.");
        var sender = mailFrom ?? $"otp-{code}@kenshin-otp.invalid";
        if (PolicyKeys.Find("mailFrom")!.TrySet(policy ?? Presets.Find(Presets.Kenshin)!, sender) is null)
            errors.Add("mail-from", "mail-from must be a mail address.");
        if (errors.Any)
            return errors.ToProblem();

        var now = time.GetUtcNow();
        return await races.Run(_ => Add(new Institution(Ids.New(now), parsed, name, preset, policy! with { MailFrom = sender }), now, ct));
    }

    /// <summary>All institutions, by their codes.</summary>
    public async Task<IReadOnlyList<Institution>> All(CancellationToken ct)
    {
        await using var session = await database.Read(ct);
        return await institutions.All(session, ct);
    }

    public async Task<Result<Institution>> Find(string code, CancellationToken ct)
    {
        await using var session = await database.Read(ct);
        return await institutions.Named(session, code, ct);
    }

    /// <summary>Changes policy keys: all of them or, where one is not acceptable, none.</summary>
    public async Task<Result<Institution>> ChangePolicy(string code, IReadOnlyList<KeyValuePair<string, string>> settings, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var tx = await database.Begin(ct);
        if (InstitutionCode.TryParse(code, out var parsed))
            await institutions.Hold(tx, parsed, ct);
        var named = await institutions.Named(tx, code, ct);
        if (!named.Succeeded(out var institution, out var problem))
            return problem;

        var errors = new FieldErrors();
        var policy = institution.Policy;
        foreach (var (name, text) in settings)
        {
            if (PolicyKeys.Find(name) is not { } key)
                errors.Add(name, $"{name} is not a policy key. The keys are: {string.Join(", ", PolicyKeys.All.Select(k => k.Name))}.");
            else if (key.TrySet(policy, text) is { } changed)
                policy = changed;
            else
                errors.Add(name, $"{name} must be {key.Rule}.");
        }

        if (errors.Any)
            return errors.ToProblem();
        var after = await institutions.ChangePolicy(tx, institution, policy, ct);
        await journal.Write(tx, new Entry("institution.policyChanged", Actor.Operator, institution.Id)
        {
            Before = Describe(settings, institution.Policy),
            After = Describe(settings, policy),
        }, now, ct);
        return await tx.Commit(after, ct);
    }

    private async Task<Result<Institution>> Add(Institution institution, DateTimeOffset now, CancellationToken ct)
    {
        await using var tx = await database.Begin(ct);
        if (await institutions.ByCode(tx, institution.Code, ct) is not null)
            return Problem.Conflict("institution_exists", $"An institution with the code {institution.Code} exists already.");
        await institutions.Insert(tx, institution, now, ct);
        await journal.Write(tx, new Entry("institution.added", Actor.Operator, institution.Id)
        {
            After = $"{institution.Code}, {institution.Name}, {institution.Preset}",
        }, now, ct);
        return await tx.Commit(institution, ct);
    }

    private static string Describe(IReadOnlyList<KeyValuePair<string, string>> settings, Policy policy) =>
        string.Join(' ', settings.Select(setting => $"{setting.Key}={PolicyKeys.Find(setting.Key)!.Read(policy)}"));
}

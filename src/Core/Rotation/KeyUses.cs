using KenshinOtp.Data;
using KenshinOtp.Security;

namespace KenshinOtp.Rotation;

/// <summary>An earlier key, and what in the database still needs it.</summary>
/// <param name="Key">Its id.</param>
/// <param name="Here">Whether it lies in the key ring.</param>
/// <param name="SealedValues">Secrets, mails and answers that are sealed with it.</param>
/// <param name="StaffPasswords">Hashes: they change with the password.</param>
/// <param name="ActivationPins">Hashes: they go when the token has been confirmed, or is of no use any more, and the link has expired.</param>
/// <param name="RememberedCalls">Fingerprints under an Idempotency-Key: they go after a day.</param>
/// <param name="AuditTrail">Whether it signed what stands in the trail: for good, since archives need it as well.</param>
public sealed record OldKey(string Key, bool Here, long SealedValues, long StaffPasswords, long ActivationPins, long RememberedCalls, bool AuditTrail)
{
    /// <summary>Whether anything in the database needs it; archives of the audit trail may need it besides.</summary>
    public bool IsNeeded() => SealedValues + StaffPasswords + ActivationPins + RememberedCalls > 0 || AuditTrail;
}

/// <summary>What needs a master key besides what it seals: hashes and macs cannot be made anew, for nobody has what they were made of.</summary>
public sealed class KeyUses(IKeyRing keys)
{
    private const string CountPasswords = "select count(*) from staff where password_hash like @Hash";
    private const string CountPins = "select count(*) from issuance where pin_hash like @Hash";
    private const string CountCalls = "select count(*) from idempotent_answer where fingerprint like @Mac";
    private const string SelectEntry = "select mac from audit_entry where mac like @Mac order by id";
    private const string SelectSeal = "select mac from audit_seal where mac like @Mac order by position";
    private const string SelectBase = "select proof from audit_base where proof like @Mac order by chain";

    /// <summary>The keys before the current one, the oldest first.</summary>
    public async Task<IReadOnlyList<OldKey>> Of(Session session, KeyStand stand, CancellationToken ct)
    {
        var here = keys.Ids;
        var old = new List<OldKey>();
        foreach (var key in stand.Earlier.Union(here, StringComparer.Ordinal).Where(id => string.CompareOrdinal(id, stand.Current) < 0).Order(StringComparer.Ordinal))
            old.Add(await Of(session, key, here.Contains(key, StringComparer.Ordinal), ct));
        return old;
    }

    /// <summary>Those of the keys before the current one that are not in the key ring while something in the database needs them.</summary>
    public async Task<IReadOnlyList<OldKey>> Missing(Session session, KeyStand stand, CancellationToken ct)
    {
        var missing = new List<OldKey>();
        foreach (var key in stand.Earlier.Except(keys.Ids, StringComparer.Ordinal))
        {
            var uses = await Of(session, key, here: false, ct);
            if (uses.IsNeeded())
                missing.Add(uses);
        }

        return missing;
    }

    /// <returns>Whether anything in the database was sealed, hashed or signed with a key.</returns>
    public async Task<bool> Needs(Session session, string key, CancellationToken ct) => (await Of(session, key, here: false, ct)).IsNeeded();

    private static async Task<OldKey> Of(Session session, string key, bool here, CancellationToken ct)
    {
        var args = new { Hash = $"p1.{key}.%", Mac = $"{key}.%" };
        var sealedValues = 0L;
        foreach (var column in SealedColumn.All)
            sealedValues += await column.CountWith(session, key, ct);
        return new(
            key,
            here,
            sealedValues,
            await session.Scan<long>(CountPasswords, args, ct),
            await session.Scan<long>(CountPins, args, ct),
            await session.Scan<long>(CountCalls, args, ct),
            await Any(session, SelectSeal, args, ct) || await Any(session, SelectBase, args, ct) || await Any(session, SelectEntry, args, ct));
    }

    private static async Task<bool> Any(Session session, string sql, object args, CancellationToken ct) =>
        await session.Scan<string>(sql + session.Dialect.Limit(1), args, ct) is not null;
}

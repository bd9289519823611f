using System.Data.Common;
using KenshinOtp.Data;

namespace KenshinOtp.Security;

/// <summary>
/// Proves that the key ring is the one of this database, and has it seal with the key that the database names. An empty or foreign directory of keys would
/// otherwise be filled with new keys under old names, and what they sealed could never be told from what the lost ones sealed.
/// </summary>
public sealed class KeyCheck(Database database, KeyRegister register, IKeyRing keys)
{
    /// <summary>As <see cref="Follow(CancellationToken)"/>; a new database is given the key ring's newest key.</summary>
    /// <exception cref="KeyMissingException">The database's proof was made with another key.</exception>
    public async Task Verify(CancellationToken ct)
    {
        if (await Follow(ct))
            return;
        try
        {
            await using var tx = await database.Begin(ct);
            await register.Begin(tx, keys.CurrentId, ct);
            await tx.Commit(ct);
        }
        catch (DbException e) when (database.Dialect.IsUniqueViolation(e))
        {
            // Another process that starts at this moment has left it: that one is followed.
        }

        if (!await Follow(ct))
            throw new InvalidOperationException("A proof just left is not there.");
    }

    /// <summary>Seals from now on with the key that the database names.</summary>
    /// <returns>False if it names none yet.</returns>
    /// <exception cref="KeyMissingException">That key is not at hand, or is not the one of that name; the key ring goes on as before.</exception>
    public async Task<bool> Follow(CancellationToken ct)
    {
        await using var session = await database.Read(ct);
        return await Follow(session, ct);
    }

    /// <inheritdoc cref="Follow(CancellationToken)"/>
    internal async Task<bool> Follow(Session session, CancellationToken ct)
    {
        if ((await register.Read(session, ct)).Current is not { } current)
            return false;
        keys.Use(current);
        return true;
    }
}

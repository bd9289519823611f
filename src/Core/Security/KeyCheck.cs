using System.Security.Cryptography;
using KenshinOtp.Data;

namespace KenshinOtp.Security;

/// <summary>
/// Proves at the start that the key ring is the one of this database. An empty or foreign directory of keys would otherwise be filled with new keys
/// under old names, and what they sealed could never be told from what the lost ones sealed.
/// </summary>
public sealed class KeyCheck(Database database, Sealer sealer, IKeyRing keys)
{
    private const string SelectRow = "select proof from key_check where key_id = @KeyId";
    private const string InsertRow =
        "insert into key_check (key_id, proof) select @KeyId, @Proof where not exists (select 1 from key_check where key_id = @KeyId)";

    private static readonly byte[] Known = "kenshin-otp"u8.ToArray();

    /// <summary>Leaves a proof for a key that is new to this database, and opens the one that is there.</summary>
    /// <exception cref="KeyMissingException">The database's proof was made with another key.</exception>
    public async Task Verify(CancellationToken ct)
    {
        var keyId = keys.CurrentId;
        var proof = await Proof(keyId, ct);
        if (proof is null)
        {
            await LeaveProof(keyId, ct);
            proof = await Proof(keyId, ct) ?? throw new InvalidOperationException("A proof just left is not there.");
        }

        try
        {
            sealer.Open(proof, Place(keyId));
        }
        catch (CryptographicException)
        {
            throw new KeyMissingException(keyId);
        }
    }

    private async Task<string?> Proof(string keyId, CancellationToken ct)
    {
        await using var session = await database.Read(ct);
        return await session.Find<string>(SelectRow, new { KeyId = keyId }, ct);
    }

    private async Task LeaveProof(string keyId, CancellationToken ct)
    {
        await using var tx = await database.Begin(ct);
        await tx.Execute(InsertRow, new { KeyId = keyId, Proof = sealer.Seal(Known, Place(keyId)) }, ct);
        await tx.Commit(keyId, ct);
    }

    private static string Place(string keyId) => $"key_check/{keyId}";
}

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
    private const string InsertRow = "insert into key_check (key_id, proof) values (@KeyId, @Proof)";

    private static readonly byte[] Known = "kenshin-otp"u8.ToArray();

    /// <summary>Leaves a proof for a key that is new to this database, and opens the one that is there.</summary>
    /// <exception cref="KeyMissingException">The database's proof was made with another key.</exception>
    public async Task Verify(CancellationToken ct)
    {
        await using var tx = await database.Begin(ct);
        var args = new { KeyId = keys.CurrentId };
        if (await tx.Find<string>(SelectRow, args, ct) is not { } proof)
        {
            await tx.Execute(InsertRow, new { args.KeyId, Proof = sealer.Seal(Known, Place(args.KeyId)) }, ct);
            await tx.Commit(args.KeyId, ct);
            return;
        }

        try
        {
            sealer.Open(proof, Place(args.KeyId));
        }
        catch (CryptographicException)
        {
            throw new KeyMissingException(args.KeyId);
        }
    }

    private static string Place(string keyId) => $"key_check/{keyId}";
}

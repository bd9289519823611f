using System.Text;
using KenshinOtp.Issuance;

namespace KenshinOtp.Security;

/// <summary>Hashes activation PINs, of which there are at most 10⁸.</summary>
public sealed class PinHasher(SlowHash slow)
{
    private const string Purpose = "pin";

    private string? _decoy;

    public string Hash(ActivationPin pin) => slow.Hash(Purpose, Bytes(pin));

    /// <summary>Takes the same time whether the PIN is right, wrong, or there is none to compare with.</summary>
    /// <param name="pin">What was typed.</param>
    /// <param name="stored">What <see cref="Hash"/> returned, or null where no such issuance exists.</param>
    public bool Matches(ActivationPin pin, string? stored) =>
        // The decoy's PIN is thrown away: nothing matches it but by a chance that the null test removes.
        slow.Matches(Purpose, Bytes(pin), stored ?? (_decoy ??= Hash(ActivationPin.Random()))) && stored is not null;

    private static byte[] Bytes(ActivationPin pin) => Encoding.ASCII.GetBytes(pin.Reveal());
}

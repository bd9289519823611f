using KenshinOtp.Otp;
using KenshinOtp.Security;

namespace KenshinOtp.Tokens;

/// <summary>Token secrets as rows hold them: sealed and bound to their token. The two columns of one token share a place, for a renewal moves one to the other.</summary>
public sealed class TokenSecrets(Sealer sealer)
{
    public string Seal(string tokenId, TokenSecret secret) => sealer.Seal(secret.Reveal(), Place(tokenId));

    public TokenSecret Open(string tokenId, string sealedSecret) => new(sealer.Open(sealedSecret, Place(tokenId)));

    internal static string Place(string tokenId) => $"token/{tokenId}/secret";
}

using KenshinOtp.Data;
using KenshinOtp.Results;

namespace KenshinOtp.Tokens;

/// <summary>Refusals that several use cases share.</summary>
internal static class TokenProblems
{
    public static Problem SealedOnly { get; } =
        Problem.Refused("sealed_delivery_required", "This institution hands secrets only to apps that send a devicePublicKey.");

    /// <param name="status">The state that stands against the change.</param>
    public static Problem InvalidTransition(TokenStatus status) =>
        Problem.Conflict("invalid_transition", "The token's state does not permit this.").With("status", status.ToRow()).With("tokenStatus", status.ToRow());
}

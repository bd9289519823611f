using KenshinOtp.Contracts;
using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Otp;
using KenshinOtp.Results;

namespace KenshinOtp.Verification;

/// <param name="Caller">On whose behalf.</param>
/// <param name="KeyId">The API key that speaks for the caller: it must be valid still when the password is used up.</param>
/// <param name="ServiceId">The contract.</param>
/// <param name="UserId">The user who typed the password.</param>
/// <param name="Transaction">What it was typed for.</param>
/// <param name="Otp">The password.</param>
/// <param name="Reference">The relying party's own number of the transaction, kept in the audit trail.</param>
public sealed record VerifyOtp(
    Caller Caller, string KeyId, ServiceId ServiceId, UserId UserId, TransactionName Transaction, OtpCode Otp, string? Reference);

/// <summary>認証: checks one password for one named transaction and uses it up.</summary>
public sealed class VerifyOtpHandler(VerificationWriter writer, ApiKeys keys, IWitness witness, TimeProvider time)
{
    private static readonly Problem Unauthorized = new(ProblemKind.Unauthorized, "unauthorized", "The API key is no longer valid.");

    /// <returns>A result for every well-formed request about a known user; a wrong password is a result, not a problem.</returns>
    public async Task<Result<VerificationResult>> Handle(VerifyOtp request, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        while (true)
        {
            if (await writer.Record(request, witness, now, ct) is { } result)
                return result;
            if (await keys.Refresh(request.KeyId, ct) is not { } key)
                return Unauthorized;
            request = request with { Caller = request.Caller with { Institution = key.Institution } };
        }
    }
}

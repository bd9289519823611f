using KenshinOtp.Api.Http;
using KenshinOtp.Results;
using KenshinOtp.Verification;

namespace KenshinOtp.Api.RelyingParty;

internal static class VerificationEndpoints
{
    private const int MaxReferenceLength = 100;

    public static void MapVerifications(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/verifications", Verify).WithName("verify").WithTags("Verification").Produces<VerificationResult>().WithMetadata(ConfirmsItsCall.Instance)
            .WithSummary("認証: checks one password for one named transaction and uses it up");

    private static Task<Answer> Verify(VerificationRequest body, ApiCaller api, VerifyOtpHandler handler, HttpContext http)
    {
        var errors = new FieldErrors();
        var request = new VerifyOtp(
            api.Caller,
            api.KeyId,
            errors.ServiceId(body.ServiceId),
            errors.UserId(body.UserId),
            errors.Transaction(body.Transaction),
            errors.Otp(body.Otp),
            errors.OptionalLine("reference", body.Reference, MaxReferenceLength));
        return errors.OrAnswer(ct => handler.Handle(request, ct), http);
    }
}

using KenshinOtp.Activation;
using KenshinOtp.Api.Http;
using KenshinOtp.Audit;
using KenshinOtp.Enrollment;
using KenshinOtp.Institutions;
using KenshinOtp.Renewal;
using KenshinOtp.Results;
using KenshinOtp.Security;
using KenshinOtp.Tokens;

namespace KenshinOtp.Api.TokenApp;

internal sealed record DeviceKeyRequest(string? Kty, string? Crv, string? X, string? Y);

internal sealed record ActivationRequest(string? DownloadCode, string? ServiceId, string? UserId, string? ActivationPin, DeviceKeyRequest? DevicePublicKey = null)
{
    public override string ToString() => nameof(ActivationRequest);
}

internal sealed record RenewalRequest(string? Serial, string? Otp, DeviceKeyRequest? DevicePublicKey = null)
{
    public override string ToString() => nameof(RenewalRequest);
}

internal sealed record EnrollmentRequest(string? Institution, DeviceKeyRequest? DevicePublicKey = null);

internal sealed record InstitutionChoices(IReadOnlyList<EnrollingInstitution> Items);

internal sealed record ServerTime(DateTimeOffset Now);

/// <summary>What token apps call. No key: the link, the IDs and the PIN, or a password, speak for the caller.</summary>
internal static class AppEndpoints
{
    private const int MaxIdLength = 64;

    public static void MapTokenApp(this IEndpointRouteBuilder routes)
    {
        var app = routes.MapGroup("/app/v1").WithTags("Token app").RequireRateLimiting(RateLimits.Public).RunAgainAfterLostRaces();
        app.MapPost("/activations", Activate).WithName("activateToken").Produces<Credential>().WithSummary("初期設定: link, IDs and PIN for the secret");
        app.MapPost("/enrollments", Enroll).WithName("enrollToken").Answers<Credential>(201)
            .WithSummary("The app makes its own token; somebody registers its serial number at the bank");
        app.MapGet("/institutions", async (EnrollTokenHandler handler, HttpContext http) =>
            Answer.Of(new InstitutionChoices(await handler.Choices(http.RequestAborted)), http)).WithName("listInstitutions").Produces<InstitutionChoices>()
            .WithSummary("The institutions whose tokens apps make for themselves");
        app.MapPost("/renewals", Renew).WithName("renewToken").Produces<Credential>().WithSummary("有効期限更新: a password for a new secret");
        app.MapGet("/time", (TimeProvider time, HttpContext http) => Answer.Of(new ServerTime(time.GetUtcNow()), http)).WithName("getTime").Produces<ServerTime>()
            .WithSummary("The centre's clock");
    }

    private static async Task<Answer> Activate(ActivationRequest body, ActivateTokenHandler handler, RateLimits limits, HttpContext http)
    {
        var errors = new FieldErrors();
        var pin = errors.ActivationPin(body.ActivationPin);
        var (serviceId, userId) = (Typed(errors, "serviceId", body.ServiceId), Typed(errors, "userId", body.UserId));
        var code = errors.Read<BearerCode>("downloadCode", body.DownloadCode, BearerCode.TryParse, "downloadCode must be the code of the mailed link.");
        var device = Device(errors, body.DevicePublicKey);
        if (errors.Any)
            return Answer.Of(errors.ToProblem());
        if (limits.Refusal("code/" + code.Hash) is { } refusal)
            return Answer.Of(refusal);
        return (await handler.Handle(new(code, serviceId, userId, pin, device, Phone(http)), http.RequestAborted)).ToAnswer(http);
    }

    private static async Task<Answer> Enroll(EnrollmentRequest body, EnrollTokenHandler handler, RateLimits limits, HttpContext http)
    {
        var errors = new FieldErrors();
        var institution = errors.Read<InstitutionCode>("institution", body.Institution, InstitutionCode.TryParse, "institution must be 4 digits.");
        var device = Device(errors, body.DevicePublicKey);
        if (errors.Any)
            return Answer.Of(errors.ToProblem());
        if (limits.EnrollmentRefusal(http, institution) is { } refusal)
            return Answer.Of(refusal);
        return (await handler.Handle(new(institution, device, Phone(http)), http.RequestAborted)).ToAnswer(http);
    }

    private static async Task<Answer> Renew(RenewalRequest body, RenewTokenHandler handler, RateLimits limits, HttpContext http)
    {
        var errors = new FieldErrors();
        var serial = errors.Serial(body.Serial);
        var otp = errors.Otp(body.Otp);
        var device = Device(errors, body.DevicePublicKey);
        if (errors.Any)
            return Answer.Of(errors.ToProblem());
        if (limits.Refusal("serial/" + serial.Value) is { } refusal)
            return Answer.Of(refusal);
        return (await handler.Handle(new(serial, otp, device, Phone(http)), http.RequestAborted)).ToAnswer(http);
    }

    private static Actor Phone(HttpContext http) => Actor.App(http.Connection.RemoteIpAddress?.ToString());

    /// <summary>Any text that an ID might be: an ID of impossible form must look like one that does not exist.</summary>
    private static string Typed(FieldErrors errors, string field, string? text)
    {
        if (string.IsNullOrWhiteSpace(text) || text.Length > MaxIdLength)
            errors.Add(field, $"{field} must be 1 to {MaxIdLength} characters.");
        return Text.HalfWidth.Fold(text ?? "").Trim();
    }

    private static DeviceKey? Device(FieldErrors errors, DeviceKeyRequest? key)
    {
        if (key is null)
            return null;
        if (!DeviceKey.TryParse(key.Kty, key.Crv, key.X, key.Y, out var device))
            errors.Add("devicePublicKey", "devicePublicKey must be a JWK of kty EC, crv P-256, with x and y of 32 bytes on the curve.");
        return device;
    }
}

using System.Buffers.Text;
using System.Text;
using KenshinOtp.Api.Http;
using KenshinOtp.Import;
using KenshinOtp.Results;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace KenshinOtp.Api.RelyingParty;

internal static class ImportEndpoint
{
    private const string Pskc = "application/pskc+xml", Csv = "text/csv";
    private const string KeyHeader = "Pskc-Key", PassphraseHeader = "Pskc-Passphrase";

    public static void MapImport(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/tokens/import", Import).WithName("importTokens").WithTags("Token").Accepts<Stream>(Pskc, Csv).Produces<ImportResult>()
            .WithMetadata(new RequestSizeLimitAttribute(ImportFile.MaxBytes))
            .WithSummary("Hardware tokens from a PSKC (RFC 6030) or CSV file; Pskc-Key is hex, Pskc-Passphrase base64url of UTF-8");

    private static async Task<Answer> Import(
        [FromHeader(Name = KeyHeader)] string? key, [FromHeader(Name = PassphraseHeader)] string? passphrase,
        ApiCaller api, ImportTokensHandler handler, HttpContext http)
    {
        var errors = new FieldErrors();
        var keys = new ImportKeys(
            key is null ? null : errors.Read<byte[]>(KeyHeader, key, ImportKeys.TryParseKey, ImportKeys.KeyRule),
            passphrase is null ? null : errors.Read<byte[]>(PassphraseHeader, passphrase, TryParsePassphrase, "Base64url is needed. " + ImportKeys.PassphraseRule));
        if (errors.Any)
            return Answer.Of(errors.ToProblem());

        var file = await BodySpool.Take(http); // the handler reads it twice
        var format = MediaTypeHeaderValue.Parse(http.Request.ContentType).MediaType.Equals(Csv, StringComparison.OrdinalIgnoreCase)
            ? ImportFormat.Csv
            : ImportFormat.Pskc;
        return (await handler.Handle(new(api.Caller, format, file, keys), progress: null, http.RequestAborted)).ToAnswer(http);
    }

    private static bool TryParsePassphrase(string? text, out byte[] passphrase)
    {
        passphrase = [];
        return Base64Url.IsValid(text) && ImportKeys.TryParsePassphrase(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)), out passphrase);
    }
}

using System.Data.Common;
using System.Security.Cryptography;

namespace KenshinOtp.Api.Http;

/// <summary>Gives a repeated state-changing call of a relying party the answer of the first.</summary>
internal sealed class IdempotencyMiddleware(RequestDelegate next)
{
    private const string Header = "Idempotency-Key";
    private const int MaxKeyLength = 200;

    public async Task InvokeAsync(HttpContext http, CallMemory memory)
    {
        if (http.Features.Get<ApiCaller>() is not { } caller || HttpMethods.IsGet(http.Request.Method) || !http.Request.Headers.TryGetValue(Header, out var header))
        {
            await next(http);
            return;
        }

        var key = header.ToString();
        if (key.Length is 0 or > MaxKeyLength || !key.All(c => c is > ' ' and <= '~'))
        {
            await Answer.Of(Results.Problem.Invalid(Header, $"{Header} must be 1 to {MaxKeyLength} visible ASCII characters.")).Write(http);
            return;
        }

        memory.Note(http, caller.KeyId, key, await Read(http));
        if (http.GetEndpoint()?.Metadata.GetMetadata<ConfirmsItsCall>() is null && await memory.Recall() is { } known)
        {
            await known.Write(http);
            return;
        }

        try
        {
            await next(http);
        }
        catch (DbException e) when (memory.WasOvertaken(e) && !http.Response.HasStarted)
        {
            var answer = await memory.Recall()
                ?? throw new InvalidOperationException("The answer that barred this call is not there.", e);
            await answer.Write(http);
        }
    }

    /// <summary>The call in a few words: a body may be a file of any size, so its hash stands for it.</summary>
    private static async Task<string> Read(HttpContext http)
    {
        var body = await BodySpool.Take(http);
        var hash = await SHA256.HashDataAsync(body, http.RequestAborted);
        body.Position = 0;
        return $"{http.Request.Method} {http.Request.Path}{http.Request.QueryString}\n{Convert.ToHexStringLower(hash)}";
    }
}

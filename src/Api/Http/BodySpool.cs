using Microsoft.AspNetCore.Http.Features;

namespace KenshinOtp.Api.Http;

/// <summary>Bodies that are read more than once.</summary>
internal static class BodySpool
{
    private const int MaxInMemory = 64 * 1024;

    /// <summary>
    /// The whole body, at its beginning. One that may be a large file lies on the disk until the request ends: under no name, so that neither another user
    /// of the machine nor a crash gets at the secrets in it.
    /// </summary>
    public static async Task<Stream> Take(HttpContext http)
    {
        if (http.Request.Body.CanSeek)
            return http.Request.Body;
        Stream spool = http.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize <= MaxInMemory ? new MemoryStream() : Nameless();
        http.Response.RegisterForDispose(spool);
        await http.Request.Body.CopyToAsync(spool, http.RequestAborted);
        spool.Position = 0;
        return http.Request.Body = spool;
    }

    private static FileStream Nameless()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var file = new FileStream(path, options);
        if (!OperatingSystem.IsWindows())
            File.Delete(path); // the open file stays usable
        return file;
    }
}

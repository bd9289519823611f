using Microsoft.AspNetCore.StaticFiles;

namespace KenshinOtp.Api.Http;

internal static class Assets
{
    public static FileExtensionContentTypeProvider ContentTypes { get; } = new() { Mappings = { [".webmanifest"] = "application/manifest+json" } };
}

using KenshinOtp.Issuance;

namespace KenshinOtp.Api.Http;

/// <summary>
/// Behind the proxy that ends TLS the last stretch is plain HTTP, and not every proxy tells. Where <c>PublicUrl</c> is https, customers came over TLS, and the framework must
/// believe it: otherwise it gives out no cookie for forms, and every page with a form fails.
/// </summary>
internal static class PublicScheme
{
    public static void UsePublicScheme(this WebApplication app)
    {
        if (!app.Services.GetRequiredService<PublicUrls>().AreSecure)
            return;
        app.Use((http, next) =>
        {
            http.Request.Scheme = Uri.UriSchemeHttps;
            return next(http);
        });
    }
}

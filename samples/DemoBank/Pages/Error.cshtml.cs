using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace KenshinOtp.DemoBank.Pages;

/// <summary>Shown for whatever the other pages did not expect; the request may have been a form that has grown old.</summary>
[IgnoreAntiforgeryToken]
public sealed class ErrorModel : PageModel
{
    public string Title { get; private set; } = "エラーが起きました";

    public string Advice { get; private set; } = "お手数ですが、ホームからもう一度お試しください。";

    public void OnGet(int? status) => Explain(status);

    public void OnPost(int? status) => Explain(status);

    private void Explain(int? status) => (Title, Advice) = status switch
    {
        StatusCodes.Status404NotFound => ("ページが見つかりません", "アドレスをご確認のうえ、ホームからお進みください。"),
        StatusCodes.Status400BadRequest => ("画面の内容が古くなっています", "ログインし直すと変わることがあります。ホームからもう一度お試しください。"),
        _ => (Title, Advice),
    };
}

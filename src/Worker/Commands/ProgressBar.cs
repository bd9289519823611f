using System.Globalization;
using KenshinOtp.Import;

namespace KenshinOtp.Worker.Commands;

/// <summary>How far a long command is: a bar that is redrawn on a terminal; a line for every tenth where the output goes to a file.</summary>
internal sealed class ProgressBar(TextWriter error) : IProgress<ImportProgress>
{
    private const int Width = 40;

#pragma warning disable RS0030 // only the console knows whether somebody looks on
    private readonly bool _redraw = !Console.IsErrorRedirected;
#pragma warning restore RS0030

    private string _label = "";
    private long _shown = -1;

    public void Report(ImportProgress value) => Show(value.Importing ? "importing" : "checking", value.Position, value.Length);

    public void Show(string label, long done, long total)
    {
        var percent = total <= 0 ? 100 : Math.Clamp(done * 100 / total, 0, 100);
        var step = _redraw ? percent : percent / 10;
        if (label == _label && step == _shown)
            return;
        if (label != _label)
            Finish();
        (_label, _shown) = (label, step);
        if (_redraw)
            error.Write(string.Create(CultureInfo.InvariantCulture, $"\r{label} [{new string('#', (int)(percent * Width / 100)),-Width}] {percent,3} %"));
        else
            error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{label} {step * 10} %"));
    }

    /// <summary>Leaves the bar's line, so that what is said next begins on its own.</summary>
    public void Finish()
    {
        if (_redraw && _shown >= 0)
            error.WriteLine();
        _shown = -1;
    }
}

using System.Xml;

namespace KenshinOtp.Import;

/// <summary>
/// Keeps an XML reader's memory bounded whatever it is fed. The reader itself streams, but holds one text, one tag with its attributes and every
/// different name: here a text or tag may be as long as no honest PSKC needs it, and document types and CDATA sections do not get in at all.
/// </summary>
internal sealed class MarkupGuard(TextReader inner) : TextReader
{
    private const int MaxRun = 64 * 1024;

    private int _run, _line = 1;
    private bool _declaration;

    public override int Read(char[] buffer, int index, int count)
    {
        var read = inner.Read(buffer, index, count);
        foreach (var c in buffer.AsSpan(index, read))
            Look(c);
        return read;
    }

    public override int Peek() => inner.Peek();

    public override int Read()
    {
        var c = inner.Read();
        if (c >= 0)
            Look((char)c);
        return c;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    private void Look(char c)
    {
        if (c == '\n')
            _line++;
        if (_declaration && c != '-') // of all that begins with "<!" only a comment is harmless
            throw new ImportRefusedException(ImportFile.Unreadable("a DTD or CDATA section has no place in a PSKC.", _line));
        _declaration = c == '!' && _run == 1;
        _run = c == '<' ? 1 : _run + 1;
        if (_run > MaxRun)
            throw new ImportRefusedException(ImportFile.Unreadable($"a text or tag longer than {MaxRun} characters.", _line));
    }
}

/// <summary>The names of a document's elements and attributes, of which an honest one has a few dozen.</summary>
internal sealed class BoundedNames : NameTable
{
    private const int MaxNames = 2000;

    private int _count;

    public override string Add(char[] key, int start, int len) => Get(key, start, len) ?? base.Add(Count(key), start, len);

    public override string Add(string key) => Get(key) ?? base.Add(Count(key));

    private T Count<T>(T key) => ++_count <= MaxNames
        ? key
        : throw new ImportRefusedException(Results.Problem.Refused("import_unreadable", $"The document has more than {MaxNames} different names."));
}

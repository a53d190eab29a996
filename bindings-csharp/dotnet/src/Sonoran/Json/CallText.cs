using System;
using System.Text.Json;

namespace Sonoran.Json;

/// <summary>A call as the core takes it: its texts behind one another, in memory that the next call of the thread uses again.</summary>
internal sealed class CallText
{
    /// <summary>Memory that one large payload needed is not kept for good.</summary>
    private const int LargestKept = 64 * 1024;

    [ThreadStatic]
    private static CallText? _spare;

    private readonly TextBuffer _buffer = new();
    private readonly Utf8JsonWriter _writer;

    private CallText() => _writer = JsonText.Writer(_buffer);

    /// <summary>All texts.</summary>
    internal ReadOnlySpan<byte> Bytes => _buffer.Written;

    /// <summary>The lengths of the texts, each empty where there is none.</summary>
    internal int Operation { get; private set; }

    internal int Arguments { get; private set; }

    internal int Payload { get; private set; }

    internal int Options { get; private set; }

    internal int Headers { get; private set; }

    /// <summary>Writes a call; <see cref="Return"/> gives the memory back.</summary>
    /// <exception cref="ArgumentException">A part cannot be made JSON, or a required one is null.</exception>
    internal static CallText Write(string operation, Argument[] arguments, Payload payload, SonoranCallOptions? options)
    {
        // A payload may have members that make calls of their own while they are read.
        var text = _spare ?? new CallText();
        _spare = null;
        text.WriteAll(operation, arguments, payload, options);
        return text;
    }

    internal void Return()
    {
        _buffer.Clear();
        if (_buffer.Capacity <= LargestKept)
        {
            _spare = this;
        }
    }

    private void WriteAll(string operation, Argument[] arguments, Payload payload, SonoranCallOptions? options)
    {
        _buffer.Write(operation);
        Operation = _buffer.Length;
        Argument.Check(arguments);
        Arguments = JsonText.Write(_buffer, _writer, "arguments", arguments, Argument.Write);
        Payload = payload.IsThere() ? JsonText.Write(_buffer, _writer, payload.Name, payload.Value, Documented.Write) : 0;
        if (Payload > 0)
        {
            var written = _buffer.Written.Slice(_buffer.Length - Payload);
            Twice.Check(payload.Name, written);
        }

        Options = options is null ? 0 : JsonText.Write(_buffer, _writer, "", options, OptionsWriter.Write);
#if NET8_0_OR_GREATER
        var before = _buffer.Length;
        CallTrace.WriteHeaders(_buffer);
        Headers = _buffer.Length - before;
#endif
    }
}

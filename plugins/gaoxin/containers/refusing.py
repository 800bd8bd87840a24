"""Why a file's sheets cannot be had, in words; and the limits of size."""

from collections.abc import Iterable, Sequence

from gaoxin.containers.model import Book, Content, Problem, address
from gaoxin.i18n import Code, Message

SIZE_LIMIT = 48 * 2**20  # bytes of a file as sent
UNPACKED_LIMIT = 200 * 2**20  # bytes of its parts together, once unpacked
PARTS_LIMIT = 5000
ROWS_LIMIT = 500_100  # half a million records, and what stands above and below them
COLUMNS_LIMIT = 1000
SHEETS_LIMIT = 1000
WHOLE_LIMIT = 16 * 2**20  # bytes of a part that is held as a tree: its elements take twenty times as much
CELLS_LIMIT = 20 * ROWS_LIMIT  # that hold something, of a sheet whose cells can be repeated by a number
NAME_LIMIT = 255  # characters of a sheet's name; Excel writes 31
TEXT_LIMIT = 32_767  # characters of a cell, as Excel has it: whatever is told of one would carry the whole text

_RESAVE = ("请用表格软件打开，另存为 .xlsx 后重报", "open it in a spreadsheet program, save it as .xlsx and send it again")

EMPTY_FILE = Code("returns.empty_file", "文件是空的；请检查是否保存成功", "the file is empty: check that it was saved")
TOO_LARGE = Code("returns.too_large", "文件超过 {mb} MB；请删去图片和无关的工作表",
                 "the file is larger than {mb} MB: remove pictures and other sheets")
UNPACKED_TOO_LARGE = Code("returns.unpacked_too_large", "文件解压后超过 {mb} MB 或部件过多；请另存为只含报表的新文件",
                          "unpacked, the file is larger than {mb} MB or has too many parts: save the form alone as a new file")
TOO_WIDE = Code("returns.too_wide", "工作表「{sheet}」延伸到 {where}；请删去多余的行和列",
                "sheet {sheet!r} reaches to {where}: delete the surplus rows and columns", where=str)
SHEET_TOO_LARGE = Code("returns.sheet_too_large", "工作表过大；请删去多余的行和列",
                       "a sheet is too large: delete the surplus rows and columns")
CELL_TOO_LONG = Code("returns.cell_too_long",
                     "工作表「{sheet}」{where} 的文字有 {count} 个字符，超过一格的上限 {limit}；请删短后重报",
                     "the cell {where} of sheet {sheet!r} has a text of {count} characters, more than the {limit} that a cell "
                     "may have: shorten it and send the file again", where=str, limit=int)
NAME_TOO_LONG = Code("returns.sheet_name_too_long", "第 {number} 个工作表的名称有 {count} 个字符，超过 {limit} 个；请改短后重报",
                     "the name of sheet {number} has {count} characters, more than {limit}: shorten it and send the file again",
                     number=int, limit=int)
TOO_MUCH_TO_READ = Code("returns.too_much_to_read", "文件读不下去（占用的时间或内存超出限度）；请另存为只含报表的新文件",
                        "the file cannot be read within the limits of time and memory: save the form alone as a new file")
WEB_PAGE = Code("returns.web_page", f"文件是网页或 XML，其中没有表格；{_RESAVE[0]}",
                f"the file is a web page or XML without a table: {_RESAVE[1]}")
WEB_ARCHIVE = Code("returns.web_archive", f"文件是存档网页（.mht）；{_RESAVE[0]}",
                   f"the file is an archived web page (.mht): {_RESAVE[1]}")
NO_WORKBOOK = Code("returns.no_workbook", f"不是可以识别的工作簿（.xlsx、.xls、.ods、.csv）；{_RESAVE[0]}",
                   f"no workbook that can be read (.xlsx, .xls, .ods, .csv): {_RESAVE[1]}")
DAMAGED = Code("returns.damaged", f"文件已损坏或不完整；{_RESAVE[0]}",
               f"the file is damaged or incomplete ({{detail}}): {_RESAVE[1]}", detail=str)
AMBIGUOUS = Code("returns.ambiguous_file", "文件的内部写法不是表格软件写得出来的，不同程序会读出不同的内容（{where}），"
                 f"不予采用；{_RESAVE[0]}，并核对各数",
                 "no spreadsheet program writes a file like this, and programs read it differently "
                 f"({{where}}: {{detail}}), so it is not taken: {_RESAVE[1]}, and check the figures", where=str, detail=str)
HOSTILE_XML = Code("returns.hostile_xml", "文件里声明了文档类型或实体（{where}），表格软件不会这样写，只用来攻击读取程序，拒收；"
                   "请查明文件来历，用表格软件重新填写模板后报送",
                   "the file declares a document type or entities ({where}), which no spreadsheet program writes and which only "
                   "attack whoever reads it: refused. Find out where it comes from, and fill in the template anew", where=str)
TOO_MANY_SHEETS = Code("returns.too_many_sheets", "工作簿有 {count} 个工作表，超过 {limit} 个；请另存为只含报表的新文件",
                       "the workbook has {count} sheets, more than {limit}: save the form alone as a new file", limit=int)
PART_TOO_LARGE = Code("returns.part_too_large", "文件里的样式或目录（{where}）超过 {mb} MB；请把报表复制到新工作簿后重报",
                      "the file's styles or lists ({where}) are larger than {mb} MB: copy the form into a new workbook and "
                      "send it again", where=str)
XLSB = Code("returns.xlsb", f"不接收 .xlsb 二进制工作簿；{_RESAVE[0]}", f".xlsb is not taken: {_RESAVE[1]}")
DOCUMENT = Code("returns.document", f"是文档或其他文件，不是工作簿；{_RESAVE[0]}", f"a document, not a workbook: {_RESAVE[1]}")
OLD_DOCUMENT = Code("returns.old_document", f"是文档或其他文件，不是工作簿；{_RESAVE[0]}",
                    f"not a workbook but another kind of document: {_RESAVE[1]}")
ARCHIVE = Code("returns.archive", "是压缩包，不是工作簿；请解压后逐个报送",
               "a zip archive, not a workbook: unpack it and send the files one by one")
ENCRYPTED = Code("returns.encrypted", "文件有密码或已加密；请取消密码后重报",
                 "the file has a password or is encrypted: remove it and send the file again")
MACRO = Code("returns.macro", "文件含有宏；请另存为不带宏的 .xlsx 后重报",
             "the file holds macros: save it as .xlsx without macros and send it again")
LINKS = Code("returns.links", "工作簿引用了其他文件，数值可能不是最新；请断开链接，粘贴为数值",
             "the workbook refers to other files, so values may be stale: break the links and paste values")
DDE = Code("returns.dde", "工作簿通过 DDE 调用其他程序；请断开链接，粘贴为数值",
           "the workbook calls other programs through DDE: break the links and paste values")
CONNECTIONS = Code("returns.connections", "工作簿含有数据连接（{where}），打开时会向外取数；"
                   "请在“数据”里删去查询和连接，把数粘贴为数值后重报",
                   "the workbook has data connections ({where}), which fetch data when it is opened: delete queries and "
                   "connections, paste values and send it again", where=tuple)
EMBEDDED = Code("returns.embedded", "工作簿里嵌有其他文件或控件（{where}）；请删去后重报，图片和图表可以保留",
                "the workbook has other files or controls inside ({where}): delete them and send it again; pictures and charts "
                "may stay", where=tuple)
REMOTE = Code("returns.remote_content", "工作簿里的图片、模板等取自别处（{where}），打开时会向外取；"
              "请删去，或把图片复制、粘贴到工作簿里再报",
              "pictures, templates or other content of the workbook lie elsewhere ({where}) and are fetched when it is opened: "
              "delete them, or paste the pictures into the workbook, and send it again", where=tuple)
NAME_CALLS = Code("returns.name_calls", "名称「{name}」的定义 ={text} 调用其他程序或网络；请在“公式”的名称管理器里删去后重报",
                  "the name {name!r} is defined as ={text}, which calls another program or the network: delete it and send the "
                  "workbook again", name=str, text=str)
CSV_TOO_LARGE = Code("returns.csv_too_large", "文件超过 {mb} MB", "the file is larger than {mb} MB")
NO_TEXT = Code("returns.no_text", "不是文本：请另存为 UTF-8 或 GB18030 编码的 CSV",
               "not text: save it as CSV in UTF-8 or GB18030")
TOO_MANY = Code("returns.too_many", "行或列过多", "too many rows or columns")
MALFORMED = Code("returns.malformed", f"CSV 第 {{line}} 行的格式有误（多半是引号没有成对，或一格过长）；{_RESAVE[0]}",
                 f"line {{line}} of the CSV is malformed ({{error}}): {_RESAVE[1]}", error=str, line=int)

QUOTE_OPEN = Code("returns.quote_open", "CSV 第 {line} 行的引号没有成对，其后的内容会并入同一格；请在这一行补上或删去引号后重报",
                  "a quotation mark in line {line} of the CSV is never closed where a cell ends, so that what follows would run "
                  "into that cell: close or delete it in this line and send the file again", line=int)

SHIFTED = Code("returns.csv_row_shifted",
               "CSV 第 {rows:、} 行比表头多出格子，其后的数都错了位（{example}），多半是数或名称里的逗号没有加引号；"
               "请去掉这些逗号，或给这一格加引号后重报",
               "row {rows:, } of the CSV has more cells than the heads, so that what follows stands in the wrong column "
               "({example}): most likely a comma within a figure or name. Take it out or put that cell in quotes, and send the "
               "file again",
               rows=tuple, example=str)


class Unreadable(Exception):
    """A file that must not be opened, or cannot be: raised inside of this room, and made a `Book` with its problem."""

    def __init__(self, kind: str, message: Message) -> None:
        super().__init__(kind)
        self.kind, self.message = kind, message

    @property
    def book(self) -> Book:
        return Book(problems=[Problem(self.kind, self.message)])


def damaged(error: BaseException | str) -> Unreadable:
    """error: what the parser said; of an exception without words its name."""
    return Unreadable("not_a_workbook", DAMAGED(detail=(str(error) or type(error).__name__)[:120]))


def ambiguous(where: str, detail: str) -> Unreadable:
    """What programs read differently. where: the part or the cell; detail: of its XML."""
    return Unreadable("not_a_workbook", AMBIGUOUS(where=where, detail=detail))


def too_wide(sheet: str, where: str) -> Unreadable:
    return Unreadable("oversized", TOO_WIDE(sheet=sheet, where=where))


def must_fit_cells(sheet: str, rows: Iterable[Sequence[Content]], before: int = 0) -> None:
    """Raises Unreadable for a text that is longer than a cell may have. before: rows of the sheet above these."""
    for number, row in enumerate(rows, before + 1):
        for column, cell in enumerate(row, 1):
            if type(cell) is str and len(cell) > TEXT_LIMIT:
                told = CELL_TOO_LONG(sheet=sheet, where=address(number, column), count=len(cell), limit=TEXT_LIMIT)
                raise Unreadable("oversized", told)

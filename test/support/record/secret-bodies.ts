/** Bodies with `¤` where a secret is, and what has to stay readable. */
export type SecretBody = { readonly type: string; readonly text: string; readonly kept: readonly string[] };

const multipart = 'multipart/form-data; boundary=b0undary';
const part = (disposition: string, content: string, fields = '') =>
  `--b0undary\r\nContent-Disposition: form-data; ${disposition}\r\n${fields}\r\n${content}\r\n`;
const parts = (...all: readonly string[]) => `${all.join('')}--b0undary--\r\n`;
const event = (...lines: readonly string[]) => `${lines.join('\n')}\n\n`;

const forms: readonly (readonly [text: string, ...kept: string[]])[] = [
  ['user=bob&password=¤&remember=1', 'user=bob', 'remember=1'],
  ['user[name]=bob&user[password]=¤&commit=Log+in', 'user[name]=bob', 'commit=Log+in'],
  ['user%5Bname%5D=bob&user%5Bpassword%5D=¤&x=1', 'user%5Bname%5D=bob', 'x=1'],
  ['a=1;password=¤;b=2', 'a=1', 'b=2'],
  ['pass%77ord=¤&b=2', 'pass%77ord=', 'b=2'],
  ['p%2561ssword=¤&b=2', 'b=2'],
  ['api+key=¤&b=2', 'b=2'],
  ['payload=%7B%22user%22%3A%22bob%22%2C%22password%22%3A%22¤%22%7D&x=1', 'bob', 'x=1'],
  ['payload={"user":"bob","password":"¤"}&x=1', 'bob', 'x=1'],
  ['payload=%7B%22a%22%3A%22%7B%5C%22token%5C%22%3A%5C%22¤%5C%22%7D%22%7D&x=1', 'x=1'],
  ['next=%2Flogin%3Ftoken%3D¤%26page%3D2&x=1', 'page', 'x=1'],
  ['next=https%3A%2F%2Fbob%3A¤%40host%2F&x=1', 'host', 'x=1'],
  ['query=mutation%7Blogin(user%3A%22bob%22%2Cpassword%3A%22¤%22)%7Bid%7D%7D', 'bob'],
  ['xml=%3Cuser%3E%3Cname%3Ebob%3C%2Fname%3E%3Cpassword%3E¤%3C%2Fpassword%3E%3C%2Fuser%3E', 'bob'],
  ['name=password&value=¤&x=1', 'name=password', 'x=1'],
  ['s[0][value]=¤&s[0][name]=password&s[1][name]=color&s[1][value]=red', 'red'],
  ['user=bob&password=¤&¤&x=1', 'bob', 'x=1'],
  ['%7B%22password%22%3A%22¤%22%2C%22user%22%3A%22bob%22%7D', 'bob'],
  ['{"password":"¤","user":"bob"}', '"user":"bob"'],
  ['grant_type=password&username=bob&client_secret=¤&scope=read', 'grant_type=password', 'username=bob', 'scope=read'],
  ['grant_type=authorization_code&code=¤&client_id=shop', 'client_id=shop'],
  ['client_id=shop&code=¤', 'client_id=shop'],
  ['a=%257B%2522password%2522%253A%2522¤%2522%257D&b=2', 'b=2'],
];

const jsons: readonly (readonly [text: string, ...kept: string[]])[] = [
  ['{"user":"bob","password":"¤","n":1}', '"user":"bob"', '"n":1'],
  ['{ "user" : "bob" , "password" : "¤" }', '"bob"'],
  ['{"a":{"b":[{"user":"bob","newPassword":"¤"}]}}', '"bob"'],
  ['{"pass\\u0077ord":"¤","user":"bob"}', '"bob"'],
  ['{"credentials":["¤","¤"],"private_key":{"a":"¤","b":{"c":["¤"]}},"user":"bob"}', '"user":"bob"'],
  ['{"body":"{\\"user\\":\\"bob\\",\\"password\\":\\"¤\\"}","x":1}', 'bob', '"x":1'],
  [JSON.stringify({ a: JSON.stringify({ b: JSON.stringify({ password: '¤', user: 'bob' }) }), x: 1 }), 'bob', '"x":1'],
  [JSON.stringify(JSON.stringify({ password: '¤', user: 'bob' })), 'bob'],
  ['{"name":"password","value":"¤","type":"string"}', '"password"', '"string"'],
  ['{"type":"string","value":"¤","name":"password"}', '"password"', '"string"'],
  ['{"fields":[{"key":"user","value":"bob"},{"key":"password","value":"¤"}]}', '"bob"', '"password"'],
  ['{"fields":[{"value":"¤","field":"password"},{"value":"bob","field":"user"}]}', '"bob"'],
  ['[{"id":"user","value":"bob"},{"id":"pin","value":["¤"]}]', '"bob"', '"pin"'],
  ['[{"op":"replace","path":"/user/password","value":"¤"},{"op":"add","path":"/a","value":"red"}]', '"red"'],
  ['{"detail":[{"loc":["body","password"],"msg":"too short","input":"¤"}]}', '"too short"'],
  ['{"errors":[{"field":"password","rejectedValue":"¤","message":"too short"}]}', '"too short"'],
  ['{"ParameterKey":"DbPassword","ParameterValue":"¤"}', '"DbPassword"'],
  ['{"headers":[["accept","text/html"],["authorization","Bearer ¤"]]}', '"text/html"'],
  ['\ufeff{"password":"¤","user":"bob"}', '"user":"bob"'],
  [')]}\',\n{"password":"¤","user":"bob"}', '"user":"bob"'],
  ['{"query":"mutation { login(user: \\"bob\\", password: \\"¤\\") { id } }"}', 'bob', 'login'],
  ['{"query":"mutation($p: String!){login(password:$p){id}}","variables":{"user":"bob","password":"¤"}}', 'bob', '$p'],
  ['[{"query":"{a}","variables":{"token":"¤"}},{"query":"{b}","variables":{"x":"red"}}]', '{b}', 'red'],
  ['{"url":"https:\\/\\/bob:¤@host\\/?token=¤&b=1"}', 'b=1'],
  ['{"log":"login failed\\npassword: ¤\\nuser: bob"}', 'login failed', 'bob'],
  ['{"log":"Invalid password: ¤"}', 'Invalid'],
  ['{"log":"user=bob password=¤ status=200"}', 'user=bob', 'status=200'],
  ['{"form":"user=bob&password=¤&x=1"}', 'bob', 'x=1'],
  ['{"xml":"<a><user>bob</user><password>¤</password></a>"}', '<user>bob</user>'],
  [`{"data":"${Buffer.from('{"password":"x"}').toString('base64')}","password":"¤","user":"bob"}`, '"bob"'],
  ['{"header":"Authorization: Basic ¤","user":"bob"}', '"bob"'],
  ['{"password":"¤\\"¤\\\\","user":"bob"}', '"user":"bob"'],
  ["{password:'¤',user:'bob'}", 'bob'],
  ['{"client_id":"shop","code":"¤","user":"bob"}', '"shop"', '"bob"'],
  ['{"kind":"Secret","metadata":{"name":"shop"},"data":{"any":"¤"}}', '"shop"'],
  ['{"args":["run","--password","¤","--color","red"]}', '"red"'],
  ['{"cmd":"curl -H \\"X-Api-Key: ¤\\" https://host/"}', 'https://host/'],
  ['{"password":¤ ¤,"user":"bob"}', '"user":"bob"'],
];

const lines: readonly (readonly [text: string, ...kept: string[]])[] = [
  ['{"user":"bob","password":"¤"}\n{"user":"eve","password":"¤"}\n', 'bob', 'eve'],
  ['{"user":"bob"}\r\n{"token":"¤"}\r\n{"user":"eve"}', 'bob', 'eve'],
  ['\x1e{"password":"¤"}\n\x1e{"user":"eve"}\n', 'eve'],
  ['["bob",1]\n{"name":"password","value":"¤"}\n["eve",2]\n', 'bob', 'eve'],
];

const graphqls: readonly (readonly [text: string, ...kept: string[]])[] = [
  ['mutation { login(user: "bob", password: "¤") { id } }', 'login', '"bob"', '{ id }'],
  ['mutation { login(user: "bob" password: "¤") { id token } }', '"bob"', '{ id token }'],
  ['mutation { login(password: """¤ "quoted" ¤""", user: "bob") { id } }', '"bob"', 'id'],
  [
    'mutation Login($user: String!, $password: String! = "¤") { login(user: $user, password: $password) { id } }',
  ].concat(['$user: String!', 'password: $password']) as [string, ...string[]],
  ['query($token: String = "¤"){ me(token: $token) { id } }', 'me(token: $token)'],
  ['{ login(password: "¤", user: "bob") { id } }', '"bob"'],
  ['{ l: login(input: {user: "bob", password: "¤"}) { id } }', '"bob"'],
  ['mutation { set(pin: 4711000, secret: ¤, user: "bob") { id } }', '"bob"'],
  ['mutation { set(credentials: ["¤", "¤"], user: "bob") { id } }', '"bob"'],
  ['mutation { set(field: {key: "password", value: "¤"}, user: "bob") { id } }', '"bob"', '"password"'],
  ['# password: ¤\nmutation { a(user: "bob") { id } }', '"bob"'],
  ['subscription { on(accessToken: "¤", room: "red") { token } }', '"red"', '{ token }'],
  ['mutation { save(json: "{\\"password\\":\\"¤\\"}", user: "bob") { id } }', '"bob"'],
  ['mutation{a(apiKey:"¤",n:1){id}}mutation{b(n:2){id}}', 'n:1', 'n:2'],
];

const multiparts: readonly (readonly [text: string, ...kept: string[]])[] = [
  [parts(part('name="user"', 'bob'), part('name="password"', '¤')), 'bob', 'name="password"'],
  [parts(part('name="password"', '¤\r\n¤'), part('name="user"', 'bob')), 'bob'],
  [parts(part('name=password', '¤'), part('name=user', 'bob')), 'bob'],
  [parts(part("name*=UTF-8''pass%77ord", '¤'), part('name="user"', 'bob')), 'bob'],
  [
    parts(part('filename="a.txt"; name="token"', '¤', 'Content-Type: text/plain\r\n'), part('name="user"', 'bob')),
    'bob',
  ],
  [parts(part('name="j"', '{"password":"¤","user":"bob"}', 'Content-Type: application/json\r\n')), '"user":"bob"'],
  [parts(part('name="j"', '{"password":"¤","user":"bob"}')), '"user":"bob"'],
  [parts(part('name="f"', 'user=bob&password=¤', 'Content-Type: application/x-www-form-urlencoded\r\n')), 'user=bob'],
  [parts(part('name="user[password]"', '¤'), part('name="user[name]"', 'bob')), 'bob'],
  [parts(part('name="password"', '¤--b0undary ¤'), part('name="user"', 'bob')), 'bob'],
  [
    parts(
      part('name="all"', '--in\r\nContent-Disposition: form-data; name="password"\r\n\r\n¤\r\n--in--').replace(
        'name="all"\r\n',
        'name="all"\r\nContent-Type: multipart/mixed; boundary=in\r\n',
      ),
      part('name="user"', 'bob'),
    ),
    'bob',
  ],
  [
    parts(
      part(
        'name="j"',
        Buffer.from('{"password":"¤","user":"bob"}').toString('base64'),
        'Content-Type: application/json\r\nContent-Transfer-Encoding: base64\r\n',
      ),
      part('name="user"', 'bob'),
    ),
    'bob',
  ],
  [parts(part('name="t"', 'pass=77ord=3D¤\r\nuser=3Dbob', 'Content-Transfer-Encoding: quoted-printable\r\n')), 'bob'],
  [parts(part('name="x"', '<a><password>¤</password><user>bob</user></a>', 'Content-Type: text/xml\r\n')), 'bob'],
  [parts(part('name="user"', 'bob'), part('name="password"', '¤')).replaceAll('\r\n', '\n'), 'bob'],
  [parts(part('name="user"', 'bob'), part('name="password"', '¤')).replaceAll('b0undary', 'an0ther'), 'bob'],
  ['Content-Disposition: form-data; name="password"\r\n\r\n¤', 'name="password"'],
];

const xmls: readonly (readonly [text: string, ...kept: string[]])[] = [
  ['<a><user>bob</user><password>¤</password><n>1</n></a>', '<user>bob</user>', '<n>1</n>'],
  ['<a><ns:Password xmlns:ns="urn:x">¤</ns:Password><ns:User>bob</ns:User></a>', 'bob'],
  ['<wsse:Token><wsse:Password Type="text">¤</wsse:Password></wsse:Token><user>bob</user>', 'bob'],
  ['<wsse:User>bob</wsse:User><wsse:Password Type="text">¤</wsse:Password>', 'Type="text"', 'bob'],
  ['<login user="bob" password="¤"/>', 'user="bob"'],
  ["<login user='bob' password='¤'/>", 'bob'],
  ['<password><![CDATA[¤]]></password><user>bob</user>', 'bob'],
  ['<a><![CDATA[{"password":"¤","user":"bob"}]]></a>', 'bob'],
  ['<property name="password" value="¤"/><property name="user" value="bob"/>', 'bob', 'name="password"'],
  ['<property value="¤" name="password"/><property value="bob" name="user"/>', 'bob'],
  ['<properties><entry key="password">¤</entry><entry key="user">bob</entry></properties>', 'bob'],
  ['<property name="password"><value>¤</value></property><property name="user"><value>bob</value></property>', 'bob'],
  ['<struct><member><name>password</name><value><string>¤</string></value></member></struct><user>bob</user>', 'bob'],
  ['<p><value>¤</value><name>password</name></p><p><value>bob</value><name>user</name></p>', 'bob'],
  ['<dict><key>password</key><string>¤</string><key>user</key><string>bob</string></dict>', 'bob'],
  ['<!-- password=¤ --><user>bob</user>', 'bob'],
  ['<a name="pass&#119;ord" value="¤"/><user>bob</user>', 'bob'],
  ['<a>&lt;password&gt;¤&lt;/password&gt;&lt;user&gt;bob&lt;/user&gt;</a>', 'bob'],
  ['<password>a<b>¤</b>¤<password>x</password>¤</password><user>bob</user>', 'bob'],
  ['<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY pw "¤">]>\n<a><password>&pw;</password><user>bob</user></a>', 'bob'],
  ['<add key="ApiKey" value="¤"/><add key="Color" value="red"/>', 'red'],
  ['<a href="https://bob:¤@host/?token=¤&amp;b=1">red</a>', 'b=1', 'red'],
  ['<password\n  type="x"\n>¤</password\n><user>bob</user>', 'bob'],
];

const yamls: readonly (readonly [text: string, ...kept: string[]])[] = [
  ['user: bob\npassword: ¤\nn: 1\n', 'user: bob', 'n: 1'],
  ['user: bob\npassword: "¤ \\" ¤"\nn: 1\n', 'user: bob', 'n: 1'],
  ["user: bob\npassword: '¤ '' ¤'\nn: 1\n", 'user: bob', 'n: 1'],
  ['password: |\n  ¤\n\n  ¤\nuser: bob\n', 'user: bob'],
  ['password: >-\n  ¤\n  ¤\nuser: bob\n', 'user: bob'],
  ['a:\n  password: |2\n      ¤\n    ¤\n  user: bob\n', 'user: bob'],
  ['{user: bob, password: ¤, n: 1}\n', 'user: bob', 'n: 1'],
  ['a: {user: bob, password: "¤", n: 1}\n', 'user: bob', 'n: 1'],
  ['password: &pw ¤\nother: *pw\nuser: bob\n', 'user: bob', '*pw'],
  ['password: !!str ¤\nuser: bob\n', 'user: bob'],
  ['credentials:\n  - ¤\n  - ¤\nuser: bob\n', 'user: bob'],
  ['credentials:\n- ¤\n- ¤\nuser: bob\n', 'user: bob'],
  ['credentials:\n  user: x\n  deep:\n    other: ¤\nuser: bob\n', 'user: bob'],
  [
    'env:\n  - name: USER\n    value: bob\n  - name: DB_PASSWORD\n    value: ¤\n  - name: X\n    value: red\n',
    'bob',
    'red',
  ],
  ['- value: ¤\n  name: password\n- value: bob\n  name: user\n', 'bob'],
  ['password:\n  ¤\n  ¤\nuser: bob\n', 'user: bob'],
  ['password: ¤\n  ¤\nuser: bob\n', 'user: bob'],
  ['"password": ¤\n"user": bob\n', 'bob'],
  ['? password\n: ¤\n? user\n: bob\n', 'bob'],
  ['# password: ¤\nuser: bob\n', 'user: bob'],
  ['data:\n  app.conf: |\n    user=bob\n    password=¤\n    n=1\n', 'user=bob', 'n=1'],
  ['password: "¤\n¤"\nuser: bob\n', 'user: bob'],
  ['a: \'{"password":"¤","user":"bob"}\'\n', 'bob'],
  ['- password: ¤\n  user: bob\n- password: ¤\n  user: eve\n', 'bob', 'eve'],
];

const htmls: readonly (readonly [text: string, ...kept: string[]])[] = [
  ['<input type="password" name="field7" value="¤"><input name="user" value="bob">', 'bob'],
  ['<input type=password value=¤ name=f><input name=user value=bob>', 'bob'],
  ['<input value="¤" name="x" type=\'PASSWORD\'><p>red</p>', 'red'],
  ['<form><input type=hidden name="csrf_token" value="¤"><input name="user" value="bob"></form>', 'bob'],
  ['<input type="hidden" value="¤" name="authenticity_token"/><p>red</p>', 'red'],
  ['<meta name="csrf-token" content="¤"><meta name="color" content="red">', 'red'],
  ['<meta content="¤" name="csrf-token"><meta content="red" name="color">', 'red'],
  ['<textarea name="password">¤\n¤</textarea><textarea name="note">red</textarea>', 'red'],
  ['<label for="password">Password</label><input id="password" value="¤"><p>red</p>', 'Password</label>', 'red'],
  ['<div data-csrf-token="¤" data-color="red">x</div>', 'red'],
  ['<span id="api-key">¤</span><span id="color">red</span>', 'red'],
  ['<span id="api-key"><b>¤</b></span><p>red</p>', 'red'],
  ['<script>var config = {"password":"¤","user":"bob"};</script><p>red</p>', 'bob', 'red'],
  ['<script>const token = "¤"; const user = "bob";</script>', 'bob'],
  ["<script>window.x = {csrfToken: '¤', user: 'bob'};</script>", 'bob'],
  ['<table><tr><td>Password</td><td>¤</td></tr><tr><td>User</td><td>bob</td></tr></table>', 'bob'],
  ['<dl><dt>Password</dt><dd>¤</dd><dt>User</dt><dd>bob</dd></dl>', 'bob'],
  ['<!DOCTYPE html><html><body><a href="/x?token=¤&amp;page=2">red</a></body></html>', 'page=2', 'red'],
  ['<p>red<input name=token value=¤><p>blue', 'red', 'blue'],
  ['<INPUT TYPE="HIDDEN" NAME="__RequestVerificationToken" VALUE="¤"><p>red', 'red'],
];

const texts: readonly (readonly [text: string, ...kept: string[]])[] = [
  ['user=bob\npassword=¤\nn=1\n', 'user=bob', 'n=1'],
  ['user: bob\npassword: ¤\nn: 1\n', 'user: bob', 'n: 1'],
  ['level=info user=bob password=¤ status=200 msg="all right"', 'user=bob', 'status=200', 'all right'],
  ['level=info user=bob password="¤ ¤" status=200', 'user=bob', 'status=200'],
  ['User(name=bob, password=¤, role=admin)', 'name=bob', 'role=admin'],
  ['User{name=bob, role=admin, password=¤}', 'name=bob', 'role=admin'],
  ["{'user': 'bob', 'password': '¤', 'n': 1}", "'bob'", "'n': 1"],
  ['{:user=>"bob", :password=>"¤", :n=>1}', 'bob', ':n=>1'],
  ['Array\n(\n    [user] => bob\n    [password] => ¤\n)\n', 'bob'],
  ['Server=db;User Id=bob;Password=¤;Database=shop', 'Server=db', 'Database=shop'],
  ['POST /login HTTP/1.1\r\nHost: shop\r\nAuthorization: Basic ¤\r\nAccept: text/html\r\n\r\n', 'shop', 'text/html'],
  ['Cookie: a=1; sid=¤; b=2\nHost: shop', 'Host: shop'],
  ['export DB_PASSWORD=¤ ¤\nexport USER=bob\n', 'USER=bob'],
  ['[db]\nuser = bob\npassword = ¤\n', 'user = bob'],
  ['user = "bob"\npassword = """\n¤\n¤"""\nn = 1\n', 'bob', 'n = 1'],
  ['password=¤\\\n  ¤\nuser=bob\n', 'user=bob'],
  ['got {\\"user\\":\\"bob\\",\\"password\\":\\"¤ \\\\\\" ¤\\",\\"n\\":1}', 'bob', 'n'],
  ['2026-01-01 INFO body={"user":"bob","password":"¤","n":1} in 5 ms', 'bob', 'in 5 ms'],
  ['2026-01-01 INFO credentials: {"a": {"b": "¤"},\n "c": "¤"} done', 'done'],
  ['Password:\n  ¤\nUser:\n  bob\n', 'bob'],
  ['see https://bob:¤@host/x?token=¤&b=1 for more', 'b=1', 'for more'],
  ['user: bob, password: ¤, role: admin', 'user: bob', 'role: admin'],
];

const tables: readonly (readonly [text: string, ...kept: string[]])[] = [
  ['user,password,n\nbob,¤,1\neve,¤,2\n', 'bob', 'eve', ',2'],
  ['"user";"password"\r\n"bob";"¤ "";"" ¤"\r\n', 'bob'],
  ['user\tapi_key\nbob\t¤\n', 'bob'],
  ['user,note\nbob,password=¤\n', 'bob'],
];

const commands: readonly (readonly [text: string, ...kept: string[]])[] = [
  ['run --password ¤ --color red', '--color red'],
  ['run --password=¤ --color=red', '--color=red'],
  ["run --password '¤ ¤' --color red", '--color red'],
  ['curl -u bob:¤ https://host/', '-u bob:', 'https://host/'],
  ['curl -H "Authorization: Bearer ¤" -H "Accept: text/html"', 'Accept: text/html'],
  ["ALTER USER bob WITH PASSWORD '¤'; SELECT 1", 'bob', 'SELECT 1'],
  ["CREATE USER bob IDENTIFIED BY '¤'", 'bob'],
];

const events: readonly (readonly [text: string, ...kept: string[]])[] = [
  [event('data: {"user":"bob","password":"¤"}'), 'bob'],
  [event('event: login', 'id: 7', 'data: {"user":"bob","token":"¤"}'), 'event: login', 'id: 7', 'bob'],
  [event('data: {"user":"bob",', 'data: "credentials": {', 'data: "a": "¤"}}'), 'bob'],
  [event('data: user=bob', 'data: password=¤'), 'user=bob'],
  [event('data:{"password":"¤"}') + event('data:{"user":"bob"}'), 'bob'],
  [event(': password=¤', 'data: red'), 'data: red'],
  [event('data: {"password":"¤"}', 'retry: 10').replaceAll('\n', '\r\n'), 'retry: 10'],
];

const jsonp: readonly (readonly [text: string, ...kept: string[]])[] = [
  ['callback({"user":"bob","password":"¤"});', 'callback(', 'bob'],
  ['/**/ jQuery123_4({"user":"bob","data":{"token":"¤"}})', 'jQuery123_4(', 'bob'],
  ['var password = "¤"; var user = "bob";', 'bob'],
  ["login({user: 'bob', password: '¤'});", 'bob'],
];

const kinds: readonly (readonly [type: string, bodies: readonly (readonly [text: string, ...kept: string[]])[]])[] = [
  ['application/x-www-form-urlencoded', forms],
  ['application/json', jsons],
  ['application/vnd.api+json', jsons.slice(0, 5)],
  ['text/plain', jsons.slice(0, 24)],
  ['application/x-ndjson', lines],
  ['application/graphql', graphqls],
  [multipart, multiparts],
  ['application/xml', xmls],
  ['application/soap+xml', xmls.slice(0, 8)],
  ['application/yaml', yamls],
  ['text/html', htmls],
  ['text/plain', texts],
  ['text/plain', commands],
  ['text/csv', tables],
  ['text/event-stream', events],
  ['application/javascript', jsonp],
];

/** Of every kind that is logged, by the name of the kind. */
export const secretBodies: readonly SecretBody[] = kinds.flatMap(([type, bodies]) =>
  bodies.map(([text, ...kept]) => ({ type, text, kept })),
);
